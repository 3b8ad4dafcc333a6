"""People and what they do."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Imports catalog and nothing above itself."""

    name = "accounts"
