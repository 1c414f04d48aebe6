"""Addresses of lost, damaged and claimed books, below `/<slug>/staff/losses/`; nouns."""

from django.urls import path

from jieyue.interfaces.web.losses import views

app_name = "losses"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<str:loan>/", views.case, name="case"),
    path("<str:loan>/loss/", views.loss, name="loss"),
    path("<str:loan>/loss/cost/", views.cost, name="cost"),
    path("<str:loan>/loss/end/", views.not_lost, name="not_lost"),
    path("<str:loan>/replacement/", views.replacement, name="replacement"),
    path("<str:loan>/damage/", views.damage, name="damage"),
    path("<str:loan>/claim/", views.claim, name="claim"),
    path("<str:loan>/claim/end/", views.claim_end, name="claim_end"),
]
