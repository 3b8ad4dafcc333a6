"""What is about people: no cache on the way keeps it, and what a link opens is on no search engine's list."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control

personal = method_decorator(cache_control(no_store=True), name="dispatch")


def unlisted(view: Callable[..., Any]) -> Callable[..., Any]:
    """Ask search engines to leave out what the view answers."""

    @wraps(view)
    def answer(*args: Any, **more: Any) -> Any:
        response = view(*args, **more)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return answer
