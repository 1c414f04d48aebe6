"""Addresses of the children's view."""

from django.urls import path

from jieyue.interfaces.web.children import views

app_name = "children"
urlpatterns = [
    path("", views.home, name="home"),
    path("find", views.found, name="found"),
    path("surprise", views.surprise, name="surprise"),
    path("about/<slug:topic>", views.topic, name="topic"),
    path("b/<slug:title>", views.book, name="book"),
]
