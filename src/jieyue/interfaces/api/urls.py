"""The API's addresses; the door resolves them here without loading those of the pages."""

from django.urls import path

from jieyue.interfaces.api.app import PREFIX, api

urlpatterns = [path(PREFIX, api.urls)]
