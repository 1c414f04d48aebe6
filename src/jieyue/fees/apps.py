"""The Django application."""

from django.apps import AppConfig


class FeesConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.fees"
    label = "fees"
