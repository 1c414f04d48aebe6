"""The app's name for Django, and what it has notices say."""

from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Readers' voice."""

    name = "jieyue.community"
    default_auto_field = "django.db.models.BigAutoField"
