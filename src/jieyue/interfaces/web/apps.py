"""The Django application of the pages (template tags; it has no models)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the template tags."""

    name = "jieyue.interfaces.web"
    label = "web"
