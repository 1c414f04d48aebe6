"""Addresses of a library's own pages."""

from django.urls import path

from jieyue.interfaces.web.library import views

app_name = "library"
urlpatterns = [
    path("about", views.about, name="about"),
    path("help", views.first_time, name="help"),
]
