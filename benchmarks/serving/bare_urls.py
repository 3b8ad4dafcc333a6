"""The peer: a Django view that does one Redis GET and returns the JSON it finds."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from redis import Redis

_redis = Redis.from_url(settings.REDIS_URL)


def one_get(request: HttpRequest, key: str) -> HttpResponse:
    """Return what is kept under the key."""
    kept = _redis.get(f"bench:{key}") or b""
    return HttpResponse(kept, content_type="application/json", headers={"Content-Length": str(len(kept))})


urlpatterns: list[Any] = [path("bare/<str:key>", one_get)]
if settings.MIDDLEWARE:
    urlpatterns.append(path("", include("config.urls")))  # the site's middleware knows its addresses
