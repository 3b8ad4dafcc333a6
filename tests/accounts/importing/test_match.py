"""Rows find their films by ids, then by title and year, and never by a guess."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.importing.match import match, suggestions
from accounts.importing.parse import Kind, Row
from catalog.models import Movie, Numbering
from tests.accounts.importing.conftest import numbered
from tests.films import film

pytestmark = pytest.mark.django_db


def row(title: str = "", year: int | None = None, **facts: object) -> Row:
    """Return a rated row."""
    return Row(Kind.RATED, title, year, **facts)  # type: ignore[arg-type]


def found(one: Row) -> Movie | list[int] | None:
    """Return the film that a row means, or the keys of those that it may mean."""
    matches = match([one], {})
    return Movie.objects.get(pk=matches.films[0]) if matches.films else matches.open[0]


@pytest.mark.parametrize("ids", [{"imdb_id": 113277}, {"tmdb_id": 949}, {"number": 6}])
def test_any_id_finds_a_film_whatever_its_title(heat: Movie, ids: dict[str, int]) -> None:
    assert found(row("Fuego contra fuego", 1996, **ids)) == heat


def test_a_movielens_number_means_nothing_in_another_numbering() -> None:
    numbered(film("Casino (1995)"), Numbering.ML_100K, 6)
    assert found(row("Heat", 1995, number=6)) == []


def test_ids_of_two_films_are_left_to_the_owner(heat: Movie) -> None:
    other = film("Up (2009)", tmdb_id=14160)
    assert found(row("Heat", 1995, imdb_id=113277, tmdb_id=14160)) == [heat.pk, other.pk]


@pytest.mark.parametrize(
    "title", ["The Godfather", "Godfather, The", "GODFATHER, the", "El Padrino", "the  godfather!"]
)
def test_titles_are_compared_as_the_search_compares_them(title: str) -> None:
    godfather = film("Godfather, The (Padrino, El) (1972)")
    assert found(row(title, 1972)) == godfather


def test_an_original_title_finds_a_film_too() -> None:
    amelie = film("Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)")
    assert found(row("Amelie from Montmartre", 2001, original_title="Le fabuleux destin d'Amélie Poulain")) == amelie


@pytest.mark.parametrize("year", [1994, 1996])
def test_a_year_may_be_off_by_one(heat: Movie, year: int) -> None:
    assert found(row("Heat", year)) == heat


def test_a_year_may_not_be_off_by_two(heat: Movie) -> None:
    assert found(row("Heat", 1993)) == []


def test_the_very_year_wins_over_the_one_beside_it() -> None:
    film("Hero (1991)")
    hero = film("Hero (1992)")
    assert found(row("Hero", 1992)) == hero


@pytest.mark.parametrize("year", [1992, None])
def test_two_films_that_fit_are_both_left_to_the_owner(year: int | None) -> None:
    both = [film("Hero (1992)").pk, film("Hero (Ying xiong) (1992)").pk]
    assert sorted(found(row("Hero", year))) == both  # type: ignore[arg-type]


def test_a_title_alone_is_enough_where_only_one_film_has_it(heat: Movie) -> None:
    assert found(row("Heat")) == heat


@pytest.mark.parametrize("ids", [{"imdb_id": 1}, {"tmdb_id": 1}, {"number": 7}])
def test_a_film_of_the_same_title_and_year_with_another_id_is_another_film(heat: Movie, ids: dict[str, int]) -> None:
    assert found(row("Heat", 1995, **ids)) == []


def test_what_the_owner_picks_wins_while_that_film_is_there(heat: Movie, up: Movie) -> None:
    assert match([row("Heat", 1995)], {0: up.pk}).films == {0: up.pk}
    assert match([row("Heat", 1995)], {0: 10**12}).films == {0: heat.pk}


def test_up_to_three_films_are_suggested_the_likeliest_first() -> None:
    films = [film(f"Star Wars: Episode {part} ({year})", known=9) for part, year in (("I", 1999), ("IV", 1977))]
    film("Star Wars: Episode II (2002)")
    film("Star Wars: Episode III (2005)")
    near = suggestions({4: row("Star Wars", 1977)}, match([], {}))
    assert len(near[4]) == 3
    assert near[4][0] == films[1]


def test_a_thousand_rows_take_no_more_queries_than_ten(heat: Movie) -> None:
    taken = []
    for size in (10, 1_000):
        rows = [row(f"Film {n}", 1990, imdb_id=n + 1, tmdb_id=n + 1, number=n + 10**6) for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            match([*rows, row("Heat", 1995)], {0: heat.pk})
        taken.append(len(queries))
    assert taken[0] == taken[1]
