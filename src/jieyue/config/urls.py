"""Every address of the installation."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

AREAS = [
    ("<slug:slug>/staff/desk/", "desk"),
    ("<slug:slug>/staff/catalog/", "catalog"),
    ("<slug:slug>/staff/patrons/", "patrons"),
    ("<slug:slug>/staff/settings/", "settings"),
    ("<slug:slug>/staff/journal/", "journal"),
    ("", "site"),
    ("<slug:slug>/", "reader"),
]
urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("jieyue.interfaces.api.app"):
    from jieyue.interfaces.api.app import api

    urlpatterns.append(path("api/v1/", api.urls))
for prefix, area in AREAS:
    if find_spec(f"jieyue.interfaces.web.{area}") and find_spec(
        f"jieyue.interfaces.web.{area}.urls"
    ):
        urlpatterns.append(path(prefix, include(f"jieyue.interfaces.web.{area}.urls")))

handler400 = "jieyue.interfaces.web.errors.bad_request"
handler403 = "jieyue.interfaces.web.errors.forbidden"
handler404 = "jieyue.interfaces.web.errors.not_found"
handler500 = "jieyue.interfaces.web.errors.server_error"
