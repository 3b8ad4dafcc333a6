"""What every endpoint has in common: the one error shape, the one kind of paging, and how bodies are read.

The endpoints themselves are in the apps. Settings name the classes here, and REST framework imports them while it
builds its own views: this module must not import views.
"""

import json
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, parsers, status
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import PageNumberPagination
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services import PersonGone
from catalog.paging import BoundedPaginator

PREFIX = "/api/"
MAX_BODY = 1024 * 1024
UNREADABLE = "This request cannot be read."
MESSAGES = {
    "not_authenticated": "Please sign in, or send a token: Authorization: Bearer ….",
    "not_found": "There is nothing here.",
    "unsupported_media_type": "Please send JSON: Content-Type: application/json.",
    "server_error": "Something went wrong on our side. It has been noted.",
}


class TooLarge(exceptions.APIException):
    """A body that nobody needs to send."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The body of a request is 1 MB at most."


class JSONParser(parsers.JSONParser):
    """Reads JSON of at most MAX_BODY bytes, whatever the request says about its length or character set."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return what the body holds. Raises TooLarge or ParseError."""
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise TooLarge
        try:
            return json.loads(body, parse_constant=_not_a_number)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError("The body of the request is not valid JSON.") from error


class AlwaysJSON(DefaultContentNegotiation):
    """Answers in JSON whatever `Accept` or `?format=` ask for: there is nothing else."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the view's first renderer."""
        return renderers[0], renderers[0].media_type


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=` (1 to 100)."""

    django_paginator_class = BoundedPaginator
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    invalid_page_message = "There is no such page."

    def get_page_size(self, request: Request) -> int:
        """Return how many results a page has. Raises ValidationError when more are asked for than a page may have."""
        given = request.query_params.get("page_size", str(self.page_size))
        size = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
        if not 1 <= size <= self.max_page_size:
            raise exceptions.ValidationError(
                {"page_size": [f"A whole number from 1 to {self.max_page_size}, please."]}
            )
        return size

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Return how the two parameters look in the OpenAPI document, with their limits."""
        page, size = super().get_schema_operation_parameters(view)
        page["schema"] |= {"minimum": 1, "default": 1}
        size["schema"] |= {"minimum": 1, "maximum": self.max_page_size, "default": self.page_size}
        return [page, size]


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer to `error` in our shape; None for a mistake of ours, which Django logs and reports."""
    known = _as_api_exception(error)
    if known is None:
        return None
    if isinstance(known, TooLarge):
        _let_it_finish(context["request"]._request)
    response = Response(_body_of(known), status=known.status_code)
    if known.status_code == status.HTTP_401_UNAUTHORIZED:
        response["WWW-Authenticate"] = getattr(known, "auth_header", "Bearer")
    if isinstance(known, exceptions.Throttled):
        response["Retry-After"] = str(_seconds_to_wait(known))
    return response


def is_for_api(request: HttpRequest) -> bool:
    """Return whether errors that happen outside of the endpoints are answered by the functions below."""
    return request.path.startswith(PREFIX)


def json_bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer a request that Django refused before it reached an endpoint."""
    return _refusal(exceptions.ParseError(UNREADABLE))


def json_not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Answer an address below /api/ that leads nowhere."""
    return _refusal(exceptions.NotFound())


def json_server_error(request: HttpRequest) -> JsonResponse:
    """Answer after a mistake of ours in the API."""
    return JsonResponse(_shape("server_error", MESSAGES["server_error"]), status=500)


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, PersonGone):
        return exceptions.NotAuthenticated()
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation):
        return exceptions.ParseError(UNREADABLE)
    return None


def _body_of(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error.detail)
    code, message = str(error.get_codes()), str(error.detail)
    if isinstance(error, exceptions.Throttled):
        message = f"Too many tries. Please wait {_seconds_to_wait(error)} seconds."
    elif error.detail == error.default_detail or code == "unsupported_media_type":
        message = MESSAGES.get(code, message)
    return _shape(code, message)


def _invalid(detail: Any) -> dict[str, Any]:
    """Return a body that says what is wrong with which field; what is wrong as a whole becomes the message."""
    if not isinstance(detail, dict):
        return _shape("invalid", " ".join(_sentences(detail)))
    fields = {name: _sentences(said) for name, said in detail.items()}
    as_a_whole = " ".join(fields.pop("non_field_errors", []))
    return _shape("invalid", as_a_whole or f"Please check: {', '.join(fields)}.", fields)


def _sentences(detail: Any) -> list[str]:
    if isinstance(detail, dict):
        detail = list(detail.values())
    return (
        [sentence for part in detail for sentence in _sentences(part)] if isinstance(detail, list) else [str(detail)]
    )


def _seconds_to_wait(error: exceptions.Throttled) -> int:
    return max(1, int(getattr(error, "wait", None) or 60))


def _shape(code: str, message: str, fields: dict[str, list[str]] | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "fields": fields or {}}}


def _refusal(error: exceptions.APIException) -> JsonResponse:
    return JsonResponse(_body_of(error), status=error.status_code)


def _let_it_finish(request: HttpRequest) -> None:
    """Throw some of the rest away: who is cut off in the middle of sending never gets to see the answer."""
    for _ in range(32):
        if not request.read(MAX_BODY):
            return


def _not_a_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
