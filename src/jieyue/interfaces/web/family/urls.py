"""Addresses of whom a reader acts for, and who acts for them."""

from django.urls import path

from jieyue.interfaces.web.family import views

app_name = "family"
urlpatterns = [
    path("", views.family, name="home"),
    path("for/", views.choose, name="choose"),
    path("links/", views.ask, name="ask"),
    path("links/<slug:link>/answer/", views.answer, name="answer"),
    path("links/<slug:link>/end/", views.end, name="end"),
    path("links/<slug:link>/titles/", views.share, name="share"),
    path("<slug:reader>/", views.person, name="person"),
    path("<slug:reader>/renewals/", views.renew_all, name="renew_all"),
    path("<slug:reader>/loans/<slug:loan>/renewals/", views.renew_one, name="renew"),
    path("<slug:reader>/holds/<slug:hold>/cancel/", views.cancel, name="cancel_hold"),
]
