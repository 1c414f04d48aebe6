"""The Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the models."""

    name = "jieyue.accounts"
    label = "accounts"
