"""Addresses of joining for staff: the queue, the form, invitations, the poster."""

from django.urls import path

from jieyue.interfaces.web.joining import inviting, poster, queue, settings

app_name = "applications"
urlpatterns = [
    path("", queue.listing, name="list"),
    path("form/", settings.form, name="form"),
    path("words/<slug:kind>/", settings.words, name="words"),
    path("poster/", poster.poster, name="poster"),
    path("invitations/", inviting.listing, name="invitations"),
    path("invitations/<slug:invitation>/slips/", inviting.slips, name="slips"),
    path("invitations/<slug:invitation>/end/", inviting.end, name="invitation_end"),
    path("<slug:application>/", queue.one, name="application"),
]
