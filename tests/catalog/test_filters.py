"""Filters of genres, popularity and one's own ratings, alone and together, on the page and for programs."""

import re

import pytest
from django.test import Client

from accounts.models import User
from catalog.filters import MovieFilter
from catalog.models import Genre, Movie
from tests.films import film, rated

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _shelf() -> None:
    film("Alien (1979)", "Horror", "Sci-Fi", known=300)
    film("Scream (1996)", "Horror", "Comedy", known=200)
    film("Brazil (1985)", "Sci-Fi", "Comedy", known=100)
    film("Heat (1995)", "Crime", known=50)
    film("Blank (2000)")


@pytest.mark.parametrize(
    "query", ["year_from=soon&year_to=1990", "year_from=1700&year_to=1990", "ratings_from=x&ratings_to=200"]
)
def test_an_end_that_is_wrong_is_said_beside_its_field_and_the_other_holds(client: Client, query: str) -> None:
    html = client.get(f"/films/?{query}").content.decode()
    assert 'class="errorlist"' in html
    assert "Brazil" in html
    assert ("Scream" in html) is ("ratings" in query)


def kept(client: Client, query: str) -> list[str]:
    results = client.get(f"/api/v1/movies/?{query}").json()["results"]
    return [movie["title"] for movie in results]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("genre=horror&genre=crime", ["Alien", "Scream", "Heat"]),
        ("genre=horror&genre=unknown", ["Alien", "Scream"]),
        ("genre=unknown", []),
        ("genre_all=Horror&genre_all=Sci-Fi", ["Alien"]),
        ("genre_all=horror&genre_all=unknown", []),
        ("genre_not=horror", ["Brazil", "Heat", "Blank"]),
        ("genre_not=horror&genre_not=crime&genre_not=unknown", ["Brazil", "Blank"]),
        ("genre=sci-fi&genre_not=comedy", ["Alien"]),
        ("ratings_from=100&ratings_to=200", ["Scream", "Brazil"]),
        ("ratings_to=0", ["Blank"]),
        ("&".join(f"genre_all=g{n}" for n in range(900)), []),
    ],
)
def test_films_fit_all_filters_at_once(client: Client, query: str, titles: list[str]) -> None:
    assert kept(client, query) == titles


@pytest.mark.parametrize("field", ["genre_all", "genre_not", "ratings_from", "after"])
def test_a_filter_that_makes_no_sense_is_refused_beside_its_name(client: Client, field: str) -> None:
    answer = client.get("/api/v1/movies/", {field: "\0"})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])


def test_all_films_can_be_walked_through_by_id(client: Client) -> None:
    seen: list[int] = []
    while page := client.get(f"/api/v1/movies/?ordering=id&page_size=2&after={seen[-1] if seen else 0}").json():
        if not page["results"]:
            break
        seen += [movie["id"] for movie in page["results"]]
    assert seen == sorted(Movie.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(("rated_", "shown"), [("yes", ["Heat"]), ("no", ["Alien", "Scream", "Brazil", "Blank"])])
def test_readers_see_what_they_have_rated_or_have_not(mine: Client, ada: User, rated_: str, shown: list[str]) -> None:
    rated(ada.rater, Movie.objects.get(title="Heat"))
    page = mine.get("/films/", {"rated": rated_}).context["page"]
    assert sorted(movie.title for movie in page) == sorted(shown)


def test_to_visitors_their_own_ratings_make_no_difference(client: Client) -> None:
    assert len(client.get("/films/?rated=yes").context["page"]) == 5


def test_the_page_keeps_every_choice_in_its_form_and_its_links(client: Client) -> None:
    html = client.get("/films/?genre_not=horror&ratings_from=1").content.decode()
    assert 'name="genre_not" value="horror" checked' in html
    assert 'name="ratings_from" value="1"' in html


def test_without_any_match_each_genre_can_be_dropped_alone(client: Client) -> None:
    html = client.get("/films/?genre_all=horror&genre_all=crime").content.decode()
    assert re.search(r'href="\?genre_all=horror">Without the genre “Crime”\s+</a> there are 2\.', html)


def test_many_filters_cost_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    query = "&".join(f"genre={genre.slug}x" for genre in Genre.objects.all()) + "&genre=y" * 500
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        client.get(f"/films/?{query}")


def test_an_excluded_genre_is_excluded_from_a_search_too() -> None:
    found = MovieFilter({"q": "alein", "genre_not": "horror"}, Movie.objects.all()).qs
    assert list(found) == []
