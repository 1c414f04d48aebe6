"""Addresses outside a library's work: landing, opening a library, signing in, locking."""

from django.urls import path

from jieyue.interfaces.web.site import (
    landing,
    locking,
    own_password,
    practising,
    sign_in,
    wizard,
)

app_name = "site"
urlpatterns = [
    path("", landing.home, name="home"),
    path("language", landing.set_language, name="set_language"),
    path("new/", wizard.kind, name="new"),
    path("new/library", wizard.library, name="new_library"),
    path("new/owner", wizard.owner, name="new_owner"),
    path("new/review", wizard.review, name="new_review"),
    path("sign-in", sign_in.anywhere, name="sign_in"),
    path("sign-out", sign_in.leave, name="sign_out"),
    path("<slug:slug>/sign-in", sign_in.here, name="library_sign_in"),
    path("<slug:slug>/sign-in/reader", sign_in.which_reader, name="which_reader"),
    path("<slug:slug>/password", own_password.password, name="password"),
    path("<slug:slug>/staff/welcome", wizard.welcome, name="welcome"),
    path("<slug:slug>/staff/lock", locking.lock, name="lock"),
    path("<slug:slug>/staff/unlock", locking.unlock, name="unlock"),
    path("<slug:slug>/staff/branch", locking.choose_branch, name="choose_branch"),
    path("<slug:slug>/staff/awake", locking.awake, name="awake"),
    path("<slug:slug>/staff/practice", practising.practice, name="practice"),
    path("<slug:slug>/staff/practice/stop", practising.practice_stop, name="practice_stop"),
]
