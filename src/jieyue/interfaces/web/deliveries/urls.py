"""Addresses of the messages that were sent, below `/<slug>/staff/deliveries/`; nouns."""

from django.urls import path

from jieyue.interfaces.web.deliveries import views

app_name = "deliveries"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<slug:delivery>/attempts/", views.again, name="again"),
    path("<slug:delivery>/telling/", views.told, name="told"),
]
