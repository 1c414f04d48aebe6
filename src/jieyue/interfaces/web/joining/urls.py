"""Addresses of joining: for people without a card, and for staff (staff_urls.py)."""

from django.urls import path

from jieyue.interfaces.web.joining import applying, standing

app_name = "joining"
urlpatterns = [
    path("", applying.start, name="start"),
    path("a/<slug:application>/<slug:token>/", standing.stands, name="standing"),
    path("a/<slug:application>/<slug:token>/again", standing.again, name="again"),
    path("a/<slug:application>/<slug:token>/withdraw", standing.withdraw, name="withdraw"),
    path("<slug:name>/", applying.step, name="step"),
]
