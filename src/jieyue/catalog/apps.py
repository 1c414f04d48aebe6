"""The Django application."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.catalog"
    label = "catalog"
