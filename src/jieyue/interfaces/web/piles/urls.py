"""Addresses of piles, below `/<slug>/staff/piles/`."""

from django.urls import path

from jieyue.interfaces.web.piles import views

app_name = "piles"
urlpatterns = [
    path("", views.home, name="home"),
    path("scans/", views.scans, name="scans"),
    path("scanned/", views.count, name="count"),
    path("<slug:pile>/", views.show, name="pile"),
    path("<slug:pile>/beginning/", views.begin, name="begin"),
    path("<slug:pile>/undo/", views.undo, name="undo"),
    path("<slug:pile>/progress/", views.progress, name="progress"),
]
