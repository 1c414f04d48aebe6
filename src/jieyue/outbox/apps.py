"""The Django application."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.outbox"
    label = "outbox"
