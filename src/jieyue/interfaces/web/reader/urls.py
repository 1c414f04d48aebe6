"""Addresses of a library's reader pages."""

from django.urls import path

from jieyue.interfaces.web.reader import fees, notices, views

app_name = "reader"
urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    path("t/<str:title>", views.title, name="title"),
    path("c/<str:copy>", views.copy, name="copy"),
    path("my/loans", views.loans, name="loans"),
    path("my/renewals", views.renew_all, name="renew_all"),
    path("my/loans/<str:loan>/renewals", views.renew_one, name="renew"),
    path("my/notices", notices.notices, name="notices"),
    path("my/fees", fees.fees, name="fees"),
    path("my/history", views.history, name="history"),
    path("me", views.me, name="me"),
]
