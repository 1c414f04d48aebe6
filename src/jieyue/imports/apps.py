"""The Django application."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.imports"
    label = "imports"
