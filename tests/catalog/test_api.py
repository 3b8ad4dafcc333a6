"""Films through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Rater
from tests.films import film, films, rated, tagged

pytestmark = pytest.mark.django_db

MOVIES = "/api/v1/movies/"


def titles(client: Client, **query: Any) -> list[str]:
    """Return the titles on the first page."""
    return [movie["title"] for movie in client.get(MOVIES, query).json()["results"]]


@pytest.fixture
def godfathers() -> None:
    film("Godfather: Part II, The (1974)", "Crime", "Drama", known=80)
    film("Godfather, The (1972)", "Crime", "Drama", known=50)
    film("Toy Story (1995)", "Animation", "Children", "Sci-Fi", known=90)
    film("Untitled", known=1)


def test_a_film_on_the_list_says_what_it_is(client: Client) -> None:
    heat = film("Heat (1995)", "Thriller", "Crime", imdb_id=113277, tmdb_id=949)
    rated(Rater.objects.create(), heat, stars=4.5)
    assert client.get(MOVIES).json() == {
        "count": 1,
        "next": None,
        "previous": None,
        "results": [
            {
                "id": heat.pk,
                "title": "Heat",
                "year": 1995,
                "genres": ["Crime", "Thriller"],
                "original_title": "",
                "imdb_id": 113277,
                "tmdb_id": 949,
                "rating_count": 1,
                "mean_stars": 4.5,
            }
        ],
    }


def test_a_film_nobody_rated_has_no_mean(client: Client) -> None:
    film("Heat (1995)")
    assert client.get(MOVIES).json()["results"][0]["mean_stars"] is None


def test_one_film_comes_with_its_most_used_tags(client: Client) -> None:
    heat, ada, ben = film("Heat (1995)", overview="A heist."), Rater.objects.create(), Rater.objects.create()
    tagged(ada, heat, "heist", "Los Angeles")
    tagged(ben, heat, "Heist")
    answer = client.get(f"{MOVIES}{heat.pk}/").json()
    assert answer["tags"] == [{"name": "heist", "uses": 2}, {"name": "Los Angeles", "uses": 1}]
    assert (answer["overview"], answer["numbering"], answer["number"]) == ("A heist.", "sample", heat.number)


@pytest.mark.usefixtures("godfathers")
def test_a_search_puts_the_best_match_first_then_the_best_known(client: Client) -> None:
    assert titles(client, q="Godfather") == ["The Godfather", "The Godfather: Part II"]


@pytest.mark.usefixtures("godfathers")
@pytest.mark.parametrize("genre", ["Sci-Fi", "sci-fi", "SCI-FI"])
def test_a_genre_is_found_by_its_name_or_slug(client: Client, genre: str) -> None:
    assert titles(client, genre=genre) == ["Toy Story"]


@pytest.mark.usefixtures("godfathers")
def test_of_an_unknown_genre_there_are_no_films(client: Client) -> None:
    assert titles(client, genre="Polka") == []


@pytest.mark.usefixtures("godfathers")
def test_years_narrow_the_list_down(client: Client) -> None:
    assert titles(client, year_from=1973, year_to=1995) == ["Toy Story", "The Godfather: Part II"]


@pytest.mark.usefixtures("godfathers")
@pytest.mark.parametrize(
    ("ordering", "first"), [("known", "Toy Story"), ("oldest", "The Godfather"), ("title", "The Godfather")]
)
def test_the_order_can_be_asked_for(client: Client, ordering: str, first: str) -> None:
    assert titles(client, ordering=ordering)[0] == first


def test_pages_follow_each_other_without_repeating(client: Client) -> None:
    made = films(7)
    seen, address = [], f"{MOVIES}?page_size=3"
    while address:
        page = client.get(address).json()
        seen += [movie["id"] for movie in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted(movie.pk for movie in made)


@pytest.mark.parametrize("query", ["page=99", "page=0", "page=x", f"page={'9' * 30}", "page=-1"])
def test_a_page_that_is_not_there_is_not_found(client: Client, query: str) -> None:
    answer = client.get(f"{MOVIES}?{query}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is no such page.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page_size", "101"),
        ("page_size", "0"),
        ("page_size", "x"),
        ("page_size", "9" * 30),
        ("page_size", "²"),
        ("year_from", "x"),
        ("year_from", "1e400"),
        ("year_to", "9" * 30),
        ("year_to", "NaN"),
        ("ordering", "id; drop table"),
        ("q", "a\0b"),
        ("genre", "\0"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_beside_its_name(client: Client, field: str, value: str) -> None:
    answer = client.get(MOVIES, {field: value})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])


@pytest.mark.parametrize("q", ["%", "_", "'; --", "(", "x" * 10_000, " ".join("abcdefghijklmnop"), "\ud800", "🎬"])
def test_no_search_makes_the_site_stumble(client: Client, q: str) -> None:
    film("Heat (1995)")
    assert client.get(MOVIES, {"q": q.encode("utf-8", "surrogatepass")}).json()["results"] == []


@pytest.mark.parametrize("number", ["0", "9" * 30, "9" * 5_000])
def test_a_film_that_is_not_there_is_not_found(client: Client, number: str) -> None:
    answer = client.get(f"{MOVIES}{number}/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_longer_list_costs_no_more_queries(client: Client) -> None:
    needed = []
    for number in (2, 20):
        films(number, f"Genre {number}", "Drama")
        with CaptureQueriesContext(connection) as queries:
            client.get(MOVIES, {"page_size": 100})
        needed.append(len(queries))
    assert needed == [3, 3]  # how many films, the films, their genres


def test_a_token_that_has_expired_keeps_nobody_from_the_films(client: Client) -> None:
    assert client.get(MOVIES, headers={"Authorization": "Bearer expired"}).status_code == 200
