"""The OpenAPI document: valid, complete, and true."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from config import openapi
from tests.films import film

NOT_ENDPOINTS = {"schema", "docs", "start"}


@pytest.fixture
def document() -> dict[str, Any]:
    return openapi.document()


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(method, operation) for path in document["paths"].values() for method, operation in path.items()]


def test_the_document_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_every_endpoint_is_in_it(document: dict[str, Any]) -> None:
    names = {name for name in get_resolver("config.api_urls").reverse_dict if isinstance(name, str)}
    assert len(document["paths"]) == len(names - NOT_ENDPOINTS)


def test_the_manual_shows_every_endpoint_with_a_curl_line(document: dict[str, Any]) -> None:
    manual = Path("docs/api.md").read_text()
    for path in document["paths"]:
        address = re.sub(r"\{\w+\}", r"\\d+", path.rstrip("/"))
        assert re.search(rf"^curl .*:8000{address}/?(?:['?\s]|$)", manual, re.MULTILINE), path


def test_every_operation_has_an_id_of_its_own_a_summary_and_a_description(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    for _, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]


def test_every_error_in_it_has_the_one_shape(document: dict[str, Any]) -> None:
    for _, operation in operations(document):
        for code, answer in operation["responses"].items():
            if int(code) >= 400:
                assert answer["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


def test_whatever_needs_a_sign_in_says_so_and_documents_its_401(document: dict[str, Any]) -> None:
    for _, operation in operations(document):
        open_to_all = operation["security"] == [{}]
        assert open_to_all or "401" in operation["responses"], operation["operationId"]
    public = {operation["operationId"] for _, operation in operations(document) if operation["security"] == [{}]}
    assert public == {
        "auth_token_create",
        "health_retrieve",
        "metrics_retrieve",
        "movies_list",
        "movies_retrieve",
        "movies_similar_list",
    }


def test_whatever_takes_a_body_documents_how_it_can_be_wrong(document: dict[str, Any]) -> None:
    for _, operation in operations(document):
        if "requestBody" in operation:
            assert {"400", "413", "415"} <= set(operation["responses"]), operation["operationId"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/api/v1/movies/", "PaginatedMovieList"),
        ("/api/v1/movies/{id}/", "MovieDetail"),
        ("/api/v1/movies/{id}/similar/", "SimilarMovies"),
        ("/api/v1/health", "Health"),
        ("/api/v1/metrics", "Metrics"),
    ],
)
def test_answers_have_exactly_the_keys_that_are_promised(
    client: Client, document: dict[str, Any], path: str, schema: str
) -> None:
    answer = client.get(path.format(id=film("Heat (1995)").pk)).json()
    assert set(answer) == set(document["components"]["schemas"][schema]["properties"])


def test_the_document_and_its_page_are_served_without_a_sign_in(client: Client) -> None:
    assert client.get("/api/v1/schema/").json()["openapi"].startswith("3.")
    assert client.get("/api/v1/docs/").status_code == 200
    assert client.get("/api/v1/docs/?script=").headers["Content-Type"] == "application/javascript"


def test_its_page_loads_nothing_from_elsewhere(client: Client) -> None:
    loaded = re.findall(r'(?:src|href)="([^"]+)"', client.get("/api/v1/docs/").content.decode())
    assert len(loaded) >= 4
    assert all(address.startswith(("/static/", "/api/v1/")) for address in loaded)
