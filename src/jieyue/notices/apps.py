"""The Django application."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.notices"
    label = "notices"
