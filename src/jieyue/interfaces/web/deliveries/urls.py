"""Addresses of the messages that were sent, below `/<slug>/staff/deliveries/`; nouns."""

from django.urls import path

from jieyue.interfaces.web.deliveries import calls, sheets, unreached, views

app_name = "deliveries"
urlpatterns = [
    path("", views.listing, name="list"),
    path("unreached/", unreached.listing, name="unreached"),
    path("unreached/file/", unreached.file, name="unreached_file"),
    path("sheets/", sheets.listing, name="sheets"),
    path("sheets/<slug:sheet>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:sheet>/paper/", sheets.paper, name="sheet_paper"),
    path("sheets/<slug:sheet>/giving-out/", sheets.giving_out, name="giving_out"),
    path("sheets/<slug:sheet>/undoing/", sheets.undoing, name="undoing_giving_out"),
    path("sheets/<slug:sheet>/taking-back/", sheets.taking_back, name="taking_back"),
    path("calls/", calls.listing, name="calls"),
    path("calls/undoing/", calls.undoing, name="undoing_call"),
    path("calls/paper/", calls.paper, name="calls_paper"),
    path("<slug:delivery>/attempts/", views.again, name="again"),
    path("<slug:delivery>/telling/", views.told, name="told"),
]
