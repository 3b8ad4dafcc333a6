"""The page of one's own statistics."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.models import User
from catalog.models import Movie, Rater, Rating
from recommendations.insight.statistics import statistics_of
from recommendations.models import Forecast
from tests.films import film, films, rated

pytestmark = pytest.mark.django_db
PAGE = "/me/statistics/"


def page(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def messages(rater: Rater) -> list[str]:
    return [chart.message for chart in statistics_of(rater).charts]


def rated_on(rater: Rater, movie: Movie, stars: float, *day: int) -> None:
    services.rate(rater=rater, movie=movie, stars=stars, at=datetime(*day, 12, tzinfo=UTC))


def test_without_ratings_the_page_says_the_next_step(mine: Client, client: Client) -> None:
    for browser in (mine, Client()):
        assert "There is nothing to count yet" in page(browser)


def test_one_rating_is_shown_without_breaking_anything(mine: Client, ada: User) -> None:
    rated(ada.rater, film("Heat (1995)", "Crime"), stars=4.5)
    found = page(mine)
    assert "1 film, 4.5 stars on average" in found
    assert "you 100 %" in found


def test_each_chart_says_one_thing_and_has_a_table(mine: Client, ada: User) -> None:
    liked = [film(f"Liked {number} (197{number})", "Film-Noir", known=50) for number in range(6)]
    others = [film(f"Other {number} (199{number})", "Comedy", known=50) for number in range(6)]
    rated(ada.rater, *liked, stars=5)
    rated(ada.rater, *others, stars=2)
    assert messages(ada.rater) == [
        "You rate your films much as others do",
        "You like Film-Noir best",
        "You like the seventies best",
    ]
    found = page(mine)
    assert found.count('<svg class="chart"') == found.count("As a table") == 3
    assert '<tr><th scope="row">Comedy</th><td>6</td><td>2.0</td><td>-1.5</td></tr>' in found


def test_without_a_favourite_the_least_liked_is_named_and_without_that_neither(ada: User) -> None:
    many, few = films(40, "Drama"), [film(f"Odd {number} (1980)", "Horror") for number in range(3)]
    rated(ada.rater, *many, *few, stars=3)
    assert "You like all genres about equally" in messages(ada.rater)
    rated(ada.rater, few[0], stars=1)
    assert "You like Horror least" in messages(ada.rater)


def test_a_strict_person_is_told_so(ada: User) -> None:
    for movie in films(3):
        Movie.objects.filter(pk=movie.pk).update(rating_count=10, rating_sum=80)
        rated(ada.rater, movie, stars=2)
    assert messages(ada.rater)[0] == "You give 2.0 stars less than others give the same films"


def test_what_many_see_otherwise_is_named_and_what_few_rated_is_not(mine: Client, ada: User) -> None:
    loved, hated, unknown = (
        film("Loved (1990)", known=30),
        film("Hated (1991)", known=30),
        film("Unknown (1992)", known=5),
    )
    rated(ada.rater, loved, unknown, stars=5)
    rated(ada.rater, hated, stars=1)
    found = statistics_of(ada.rater)
    assert [each.movie for each in found.liked] == [loved.pk]
    assert [each.movie for each in found.disliked] == [hated.pk]
    assert "others 3.5" in page(mine)


def test_we_own_up_to_what_we_said(mine: Client, ada: User) -> None:
    near, far, taken_back = films(3)
    rated(ada.rater, near, far, taken_back, stars=4)
    services.unrate(rater=ada.rater, movie=taken_back)
    for movie, said in ((near, 3.7), (far, 2.0), (taken_back, 4.0)):
        Forecast.objects.create(rater=ada.rater, movie=movie, stars=said, low=said - 1, high=said + 1)
    found = page(mine)
    assert "We came within half a star 50 % of the time" in found
    assert "Our range held 50 % of them" in found
    assert 'we said <strong class="predicted figures">3.7</strong>, you gave' in found
    assert taken_back.title not in found


def test_a_year_has_only_its_own_ratings(mine: Client, ada: User) -> None:
    old, first, last = films(3)
    rated_on(ada.rater, old, 5, 2024, 6, 1)
    rated_on(ada.rater, first, 3, 2026, 1, 3)
    rated_on(ada.rater, last, 4, 2026, 11, 2)
    found = page(mine, f"{PAGE}?year=2026")
    assert "<h1>Your 2026</h1>" in found
    assert "2 films, 3.5 stars on average" in found
    assert "on 3 January" in found
    assert old.title not in found
    assert "Your best of 2026" in found


@pytest.mark.parametrize("year", ["1999", "0000", "9999"])
def test_a_year_without_ratings_leads_back_to_all(mine: Client, ada: User, year: str) -> None:
    rated(ada.rater, *films(1))
    assert "You rated nothing in" in page(mine, f"{PAGE}?year={year}")


@pytest.mark.parametrize("year", ["", "abc", "-1", "20266", "²²²²", "2026;drop"])
def test_what_is_no_year_is_passed_over(mine: Client, ada: User, year: str) -> None:
    rated(ada.rater, *films(1))
    assert "<h1>My statistics</h1>" in page(mine, f"{PAGE}?year={year}")


def test_titles_and_genres_are_written_as_letters(mine: Client, ada: User) -> None:
    for number in range(3):
        rated(ada.rater, film(f"<b>Bold {number}</b> (1990)", "<i>Odd</i>", known=30), stars=5)
        rated(ada.rater, film(f"Other {number} (1980)", "Even"), stars=2)
    found = page(mine)
    assert "&lt;b&gt;Bold" in found
    assert "<b>" not in found
    assert "<i>" not in found


def test_five_thousand_ratings_take_as_many_queries_as_five(mine: Client, ada: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            page(mine)
        return len(made)

    few, *many = films(60, "Drama")
    rated(ada.rater, few, *many[:4])
    before = queries()
    rows = [
        Rating(rater=ada.rater, movie=movie, half_stars=9, rated_at=datetime(2020, 1, 1, tzinfo=UTC))
        for movie in many[4:]
    ]
    Rating.objects.bulk_create(rows)
    assert queries() == before <= 12
