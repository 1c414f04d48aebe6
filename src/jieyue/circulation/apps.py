"""The Django application."""

from django.apps import AppConfig


class CirculationConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.circulation"
    label = "circulation"
