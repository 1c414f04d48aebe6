"""Addresses of the messages that were sent, below `/<slug>/staff/deliveries/`; nouns."""

from django.urls import path

from jieyue.interfaces.web.deliveries import unreached, views

app_name = "deliveries"
urlpatterns = [
    path("", views.listing, name="list"),
    path("unreached/", unreached.listing, name="unreached"),
    path("unreached/file/", unreached.file, name="unreached_file"),
    path("<slug:delivery>/attempts/", views.again, name="again"),
    path("<slug:delivery>/telling/", views.told, name="told"),
]
