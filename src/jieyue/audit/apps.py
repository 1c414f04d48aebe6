"""The Django application."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.audit"
    label = "audit"
