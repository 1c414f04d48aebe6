"""Addresses of the staff's "why?", below `/<slug>/staff/why/`; readers' stand with their pages."""

from django.urls import path

from jieyue.interfaces.web.why import views

app_name = "why"
urlpatterns = [
    path("loans/<slug:loan>/", views.loan, name="loan"),
    path("charges/<slug:charge>/", views.charge, name="charge"),
]
