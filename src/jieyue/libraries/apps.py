"""The Django application."""

from django.apps import AppConfig


class LibrariesConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.libraries"
    label = "libraries"
