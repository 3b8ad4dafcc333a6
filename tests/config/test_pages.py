"""The pages that are shown when something is wrong, and what every page sends along."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from config import errors

HUGE = "9" * 20


def test_a_mistake_of_ours_ends_in_a_page_that_needs_no_database():
    response = errors.server_error(RequestFactory().get("/films/"))
    assert response.status_code == 500
    assert b"Something broke on our side" in response.content


def test_a_request_for_another_host_ends_in_a_page_that_needs_no_database(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert b"We cannot read this request" in response.content


@pytest.mark.parametrize("code", ["400", "500"])
def test_the_pages_for_the_worst_need_no_context(code):
    assert "Back to the films" in render_to_string(f"{code}.html")


@pytest.mark.django_db
def test_below_the_api_there_is_json_and_elsewhere_a_page(client):
    assert client.get("/api/v1/nowhere").headers["Content-Type"] == "application/json"
    assert client.get("/nowhere").headers["Content-Type"].startswith("text/html")


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize(
    "address",
    [
        *("/nights/%00/", "/lists/%00/", "/me/twins/of/%00/", "/me/import/%00/"),
        *(f"{start}{HUGE}/" for start in ("/films/", "/me/lists/", "/me/imports/")),
        *(f"/api/v1/{start}{HUGE}/" for start in ("ratings/", "movies/", "users/")),
        *(f"/api/v1/{start}/{HUGE}/{end}/" for start, end in (("movies", "similar"), ("users", "ratings"))),
        *(f"/posters/{HUGE}.{kind}" for kind in ("svg", "jpg")),
    ],
)
def test_what_no_database_can_hold_is_not_there(mine: Client, address: str):
    assert mine.get(address).status_code == 404


def test_a_mistake_of_ours_in_the_api_is_json():
    assert errors.server_error(RequestFactory().get("/api/v1/movies/")).headers["Content-Type"] == "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/nowhere", "/films/", "/accounts/login/"])
def test_every_page_forbids_what_it_does_not_need(client: Client, address: str):
    policy = client.get(address)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_robots_keep_out_of_what_is_personal(client):
    assert "Disallow: /me/" in client.get("/robots.txt").content.decode()
