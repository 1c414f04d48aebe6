"""Addresses of a library's reader pages."""

from django.urls import path

from jieyue.interfaces.web.reader import (
    app,
    card,
    covers,
    fees,
    finding,
    holds,
    home,
    installing,
    losses,
    me,
    notices,
    views,
    wishes,
)
from jieyue.interfaces.web.selfservice import views as selfservice
from jieyue.interfaces.web.why import views as why

app_name = "reader"
urlpatterns = [
    path("", home.home, name="home"),
    path("app.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.worker, name="worker"),
    path("offline", app.offline, name="offline"),
    path("install", installing.install, name="install"),
    path("search", finding.search, name="search"),
    path("search/camera", finding.camera, name="camera"),
    path("search/suggestions", finding.suggestions, name="suggestions"),
    path("t/<str:title>", views.title, name="title"),
    path("t/<str:title>/cover/<slug:digest>/<slug:size>.webp", covers.cover, name="cover"),
    path("c/<str:copy>", selfservice.copy, name="copy"),
    path("my/card", card.card, name="card"),
    path("my/loans", views.loans, name="loans"),
    path("my/renewals", views.renew_all, name="renew_all"),
    path("my/loans/<str:loan>/renewals", views.renew_one, name="renew"),
    path("my/loans/<slug:loan>/why", why.own_loan, name="loan_why"),
    path("my/charges/<slug:charge>/why", why.own_charge, name="charge_why"),
    path("t/<str:title>/holds", holds.place, name="place_hold"),
    path("my/holds", holds.holds, name="holds"),
    path("my/holds/<str:hold>/cancel", holds.cancel, name="cancel_hold"),
    path("my/holds/<str:hold>/suspension", holds.suspend, name="suspend_hold"),
    path("my/holds/<str:hold>/resumption", holds.resume, name="resume_hold"),
    path("my/holds/<str:hold>/pickup", holds.pickup, name="pickup"),
    path("my/loans/<str:loan>/report", losses.report, name="report"),
    path("my/loans/<str:loan>/loss", losses.loss, name="loss"),
    path("my/loans/<str:loan>/claim", losses.claim, name="claim"),
    path("my/notices", notices.notices, name="notices"),
    path("my/notices/wishes", wishes.wishes, name="wishes"),
    path("unsubscribe/<str:token>", wishes.unsubscribe, name="unsubscribe"),
    path("my/fees", fees.fees, name="fees"),
    path("my/deposit/request", fees.ask_deposit, name="ask_deposit"),
    path("my/history", views.history, name="history"),
    path("me", me.me, name="me"),
]
