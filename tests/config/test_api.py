"""What every endpoint has in common: one error shape, whatever is sent to it."""

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from config import api
from config.wsgi import application
from tests.films import account, film

pytestmark = pytest.mark.django_db

RATINGS = "/api/v1/ratings/"
BODIES = {
    "cut off": '{"movie": 1',
    "empty": "",
    "no object": "[1, 2]",
    "a word": '"four"',
    "not a number": '{"movie": 1, "stars": NaN}',
    "infinite": '{"movie": 1, "stars": Infinity}',
    "very deep": "[" * 100_000,
    "deep and whole": '{"movie": ' + "[" * 900 + "]" * 900 + "}",
    "a number without end": '{"movie": ' + "9" * 10_000 + "}",
    "not text": b"\xff\xfe\xfa",
    "half a letter": '{"movie": "\\ud800", "stars": "\\ud800"}',
}


@pytest.fixture
def mine(client: Client) -> Client:
    client.force_login(account())
    return client


def assert_shape(answer: Any, status: int, code: str) -> None:
    """Check that an error looks like every other."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
    error = answer.json()["error"]
    assert (list(answer.json()), set(error), error["code"]) == (["error"], {"code", "message", "fields"}, code)
    assert error["message"]
    assert isinstance(error["fields"], dict)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_makes_no_sense_is_a_400(mine: Client, body: str | bytes) -> None:
    answer = mine.generic("POST", RATINGS, body, content_type="application/json")
    assert answer.status_code == 400
    assert_shape(answer, 400, answer.json()["error"]["code"])


@pytest.mark.parametrize("charset", ["utf-8", "hex", "zlib", "no-such-thing", "utf-16"])
def test_whatever_charset_a_request_names_its_json_is_read_as_json(mine: Client, charset: str) -> None:
    body = f'{{"movie": {film("Heat (1995)").pk}, "stars": 4}}'.encode()
    answer = mine.generic("POST", RATINGS, body, content_type=f"application/json; charset={charset}")
    assert answer.status_code == 201


@pytest.mark.parametrize("megabytes", [1, 3, 10])
def test_a_body_of_more_than_a_megabyte_is_a_413(mine: Client, megabytes: int) -> None:
    body = {"movie": 1, "stars": 4, "more": "x" * megabytes * api.MAX_BODY}
    assert_shape(mine.post(RATINGS, body, content_type="application/json"), 413, "too_large")


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
def test_a_body_that_is_not_json_is_a_415(mine: Client, media_type: str) -> None:
    answer = mine.generic("POST", RATINGS, "movie=1&stars=4", content_type=media_type)
    assert_shape(answer, 415, "unsupported_media_type")


def test_an_address_with_too_many_parameters_is_a_400(client: Client) -> None:
    assert_shape(client.get("/api/v1/movies/?" + "q=x&" * 2_000), 400, "parse_error")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
def test_a_method_that_does_not_exist_is_a_405_that_names_the_others(client: Client, method: str) -> None:
    answer = client.generic(method, "/api/v1/movies/")
    assert_shape(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/nothing/", "/api/v2/movies/", "/api/v1/movies/x/", "/api/v1/movies/1/\0/"]
)
def test_an_address_that_leads_nowhere_is_a_404_in_json(client: Client, path: str) -> None:
    assert_shape(client.get(path), 404, "not_found")


def test_addresses_of_pages_that_lead_nowhere_stay_pages(client: Client) -> None:
    answer = client.get("/nothing/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_a_mistake_of_ours_is_a_500_in_json_that_gives_nothing_away(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: Any) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("catalog.api.MovieList.get", stumble)
    client.raise_request_exception = False
    answer = client.get("/api/v1/movies/")
    assert_shape(answer, 500, "server_error")
    assert b"swordfish" not in answer.content


@pytest.mark.parametrize("charset", ["hex", "zlib", "idna", "no-such-thing", "utf-16"])
def test_addresses_are_read_as_utf8_whatever_charset_a_request_names(rf: RequestFactory, charset: str) -> None:
    film("Amélie (2001)")
    asked = rf.get("/api/v1/movies/", {"q": "amélie"})
    asked.environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    answer = application.get_response(application.request_class(asked.environ))
    assert (answer.status_code, json.loads(answer.content)["count"]) == (200, 1)


def test_what_is_posted_without_the_last_slash_arrives(mine: Client) -> None:
    body = {"movie": film("Heat (1995)").pk, "stars": 4}
    answer = mine.post("/api/v1/ratings", body, content_type="application/json", follow=True)
    assert answer.status_code == 201


def test_whatever_a_client_accepts_it_gets_json(client: Client) -> None:
    answer = client.get("/api/v1/movies/?format=xml", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_a_request_that_names_another_host_is_a_400_in_json(client: Client) -> None:
    assert_shape(client.get("/api/v1/movies/", headers={"Host": "evil.example"}), 400, "parse_error")
