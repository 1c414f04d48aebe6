"""Addresses of the staff's pages of reservations."""

from django.urls import path

from jieyue.interfaces.web.holds import changes, shelf, views

app_name = "holds"
urlpatterns = [
    path("", shelf.shelf, name="shelf"),
    path("picks", shelf.pick, name="picks"),
    path("slips", shelf.slips, name="slips"),
    path("new", views.new, name="new"),
    path("titles/<str:title>", views.queue, name="queue"),
    path("<str:hold>/cancel", changes.cancel, name="cancel"),
    path("<str:hold>/suspension", changes.suspend, name="suspend"),
    path("<str:hold>/resumption", changes.resume, name="resume"),
    path("<str:hold>/place", changes.move, name="move"),
    path("<str:hold>/pickup", changes.pickup, name="pickup"),
]
