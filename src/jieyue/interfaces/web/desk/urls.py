"""Addresses of the desk; endpoints are nouns."""

from django.urls import path

from jieyue.interfaces.web.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today, name="today"),
    path("scans/", views.scans, name="scans"),
    path("loans/", views.loans, name="loans"),
    path("returns/", views.returns, name="returns"),
    path("renewals/", views.renewals, name="renewals"),
    path("loans/<slug:loan>/renewals/", views.renewal, name="renewal"),
    path("loans/<slug:loan>/recalls/", views.recalls, name="recalls"),
    path("loans/<slug:loan>/undo/", views.undo, name="undo"),
]
