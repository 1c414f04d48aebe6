"""Addresses of the journal, below `/<slug>/staff/journal/`."""

from django.urls import path

from jieyue.interfaces.web.journal import views

app_name = "journal"
urlpatterns = [path("", views.listing, name="list")]
