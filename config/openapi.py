"""The OpenAPI document and its pages. Which errors an operation can answer follows from how it is called."""

from functools import cache
from typing import Any

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

UNSAFE = {"post", "put", "patch", "delete"}
ERRORS = {
    "400": "Something in the request is wrong; `fields` says what.",
    "401": "Nobody is signed in, or the token is not valid.",
    "403": "The request came with a session but without its CSRF token.",
    "404": "There is nothing here, or nothing for you.",
    "413": "The body is larger than 1 MB.",
    "415": "The body is not JSON.",
}
ERROR_SCHEMA = {
    "type": "object",
    "description": "Every error has this shape.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string", "description": "For programs.", "example": "invalid"},
                "message": {"type": "string", "description": "For people.", "example": "Please check: stars."},
                "fields": {
                    "type": "object",
                    "description": "What is wrong with which field; empty when it is nothing of that kind.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                    "example": {"stars": ["A rating is ½ to 5 stars, in half stars."]},
                },
            },
        }
    },
}


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document of this process's code; making it takes a while."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return schema


class SchemaView(APIView):
    """The document."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Return it."""
        return Response(document())


class DocsView(SpectacularSwaggerSplitView):
    """Swagger, from our own static files, with its script apart from its page as our CSP wants it."""

    authentication_classes = ()
    url_name = "api:schema"
    template_name = "api/docs.html"


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]  # drf-spectacular is typed in parts
    """Describes our tokens as the bearer tokens they are."""

    target_class = "config.authentication.TokenAuthentication"
    name = "token"


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give each operation its summary, and the errors that it can answer, all in the one shape."""
    result["components"]["schemas"]["Error"] = ERROR_SCHEMA
    for operations in result["paths"].values():
        for method, operation in operations.items():
            operation["summary"] = operation["description"].partition("\n")[0].removesuffix(".")
            for code in _errors_of(method, operation):
                operation["responses"].setdefault(code, _answer(ERRORS[code]))
    return result


def _errors_of(method: str, operation: dict[str, Any]) -> list[str]:
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    guarded = {} not in operation.get("security", [{}])
    possible = {
        "400": "query" in places or "requestBody" in operation,
        "401": guarded,
        "403": guarded and method in UNSAFE,
        "404": "path" in places or "page" in names,
        "413": "requestBody" in operation,
        "415": "requestBody" in operation,
    }
    return [code for code, can_happen in possible.items() if can_happen]


def _answer(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}
