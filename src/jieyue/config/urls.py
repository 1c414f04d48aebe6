"""Every address of the installation."""

from django.urls import URLPattern, URLResolver, path

from jieyue.interfaces.api.app import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
]
