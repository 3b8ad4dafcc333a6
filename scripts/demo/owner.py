"""Makes the owner's account, once, and keeps its password where only the owner of the folder can read it.

It stays the same from start to start: browsers remember it, a new one would sign the owner out each time. Beside the
secret key, which opens every account anyway, the file tells nothing new.
"""

import os
import secrets
from pathlib import Path

import django

NAME = "owner"
PASSWORD_FILE = "owner_password"  # noqa: S105  # its name, not its content


def main() -> None:
    """Create the account in the site of our environment; change nothing when it is there."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

    from django.conf import settings  # noqa: PLC0415  # only after setup
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    users = get_user_model().objects
    password = _password(settings.VAR_DIR / PASSWORD_FILE)
    if not users.filter(username=NAME).exists():
        users.create_superuser(NAME, password=password)


def _password(kept: Path) -> str:
    """Return the password in `kept`, made at the first time."""
    if not kept.exists():
        with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(12))
    return kept.read_text()


if __name__ == "__main__":
    main()
