"""People and what they do."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Imports catalog and nothing above itself."""

    name = "accounts"

    def ready(self) -> None:
        """Let what a visitor did come along whenever somebody signs in, on whichever page."""
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415  # models are there only now

        from accounts.guests import bring_along  # noqa: PLC0415

        user_logged_in.connect(bring_along, dispatch_uid="bring along")
