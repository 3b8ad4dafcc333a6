"""Reads what the owner set: environment variables, then `.env`, then defaults for the embedded set-up.

Every variable is described in `.env.example`; ENV_FILE names another file than `.env`. A wrong value stops the start
with a sentence.
"""

import os
import secrets
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env"))


def var_dir() -> Path:
    """Return the folder for everything this site writes, made when missing."""
    folder = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var" / "sample"))).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """Return SECRET_KEY, or for the embedded set-up one made at the first start and kept in `folder`."""
    given: str = env.str("SECRET_KEY", default="")
    if given:
        return given
    kept = folder / "secret_key"
    try:
        with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60))
    except FileExistsError:
        pass
    return kept.read_text()


def site_url() -> tuple[str, str, bool]:
    """Return the public address, its host, and whether it is served over HTTPS."""
    url = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"SITE_URL must look like https://films.example.org, not {url!r}.")
    return url, parts.hostname, parts.scheme == "https"


def engine_name(known: Collection[str]) -> str:
    """Return RECS_ENGINE, which must be one of `known`; Spark also needs to be told where its master is."""
    name: str = env.str("RECS_ENGINE", default="local")
    if name not in known:
        raise ImproperlyConfigured(f"RECS_ENGINE is {name!r}; it can be {' or '.join(known)}.")
    if name == "spark" and not env.str("RECS_SPARK_MASTER", default=""):
        raise ImproperlyConfigured("RECS_ENGINE=spark needs RECS_SPARK_MASTER, such as spark://master.example:7077.")
    return name
