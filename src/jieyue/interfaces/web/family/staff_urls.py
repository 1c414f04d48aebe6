"""Addresses where staff make, confirm and end links, and choose the family rules."""

from django.urls import path

from jieyue.interfaces.web.family import staff, waiting

app_name = "links"
urlpatterns = [
    path("rules/", staff.rules, name="rules"),
    path("teachers/", staff.teachers, name="teachers"),
    path("waiting/", waiting.listing, name="waiting"),
    path("<slug:patron>/", staff.of_reader, name="reader"),
    path("<slug:patron>/links/", staff.make, name="make"),
    path("<slug:patron>/links/<slug:link>/", staff.change, name="change"),
]
