"""Addresses of what is printed on sheets of labels, below `/<slug>/staff/labels/`."""

from django.urls import path

from jieyue.interfaces.web.labels import views

app_name = "labels"
urlpatterns = [
    path("", views.books, name="books"),
    path("cards/", views.cards, name="cards"),
]
