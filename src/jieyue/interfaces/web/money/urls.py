"""Addresses of the cash drawer and the deposits, below `/<slug>/staff/money/`; nouns."""

from django.urls import path

from jieyue.interfaces.web.money import deposits, drawer

app_name = "money"
urlpatterns = [
    path("drawer/", drawer.drawer, name="drawer"),
    path("drawer/closes/", drawer.close, name="close"),
    path("drawer/closes/<str:close>/", drawer.closed, name="closed"),
    path("deposits/", deposits.deposits, name="deposits"),
    path("deposits/abolition/", deposits.abolish, name="abolish"),
    path("deposits/<slug:patron>/", deposits.deposit, name="deposit"),
    path("deposits/<slug:patron>/payments/", deposits.take, name="deposit_in"),
    path("deposits/<slug:patron>/request/", deposits.ask, name="deposit_ask"),
    path("deposits/<slug:patron>/refund/", deposits.give_back, name="deposit_back"),
    path("deposits/<slug:patron>/use/", deposits.keep, name="deposit_keep"),
]
