"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `demo`: whether visitors may sign in with one click, and `tmdb`: whether posters are TMDB's."""
    return {"demo": settings.DEMO, "tmdb": bool(settings.TMDB_KEY)}
