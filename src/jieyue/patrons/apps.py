"""The Django application."""

from django.apps import AppConfig


class PatronsConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.patrons"
    label = "patrons"
