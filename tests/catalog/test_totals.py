"""A film's totals are those of its ratings: as they are given, all at once, after an import, and after a repair."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from accounts import services as accounts
from catalog import services
from catalog.models import Movie, Rater, Rating, StarCount
from catalog.selectors import distribution
from tests.films import NOON, film, films, rated

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def totals(movie: Movie) -> tuple[int, int, dict[int, int]]:
    """Return a film's kept totals: count, sum, and {half stars: people}."""
    movie.refresh_from_db()
    kept = StarCount.objects.filter(movie=movie, people__gt=0).values_list("half_stars", "people")
    return movie.rating_count, movie.rating_sum, dict(kept)


def counted(movie: Movie) -> tuple[int, int, dict[int, int]]:
    """Return the same from the ratings."""
    given = list(Rating.objects.filter(movie=movie).values_list("half_stars", flat=True))
    return len(given), sum(given), dict(Counter(given))


def test_the_distribution_follows_every_change_of_a_rating() -> None:
    rater, heat = Rater.objects.create(), film("Heat (1995)")
    for stars in (5, 0.5, 3.5):
        rated(rater, heat, stars=stars)
        assert totals(heat) == counted(heat) == (1, stars * 2, {stars * 2: 1})
    accounts.unrate(rater=rater, movie=heat)
    assert totals(heat) == (0, 0, {})
    assert distribution(heat) == []


def test_the_distribution_has_ten_bars_as_shares_of_the_highest() -> None:
    heat = film("Heat (1995)")
    for stars in (4, 4, 2):
        rated(Rater.objects.create(), heat, stars=stars)
    bars = distribution(heat)
    assert [(bar.stars, bar.count, bar.share) for bar in bars if bar.count] == [(2.0, 1, 0.5), (4.0, 2, 1.0)]
    assert len(bars) == 10


def test_whoever_is_erased_is_taken_off_every_distribution() -> None:
    ada, ben, (heat, up) = Rater.objects.create(), Rater.objects.create(), films(2)
    Movie.objects.update(rating_count=0, rating_sum=0)
    rated(ada, heat, up, stars=5)
    rated(ben, heat, stars=5)
    accounts.erase(raters=[ada])
    assert (totals(heat), totals(up)) == ((1, 10, {10: 1}), (0, 0, {}))


def test_a_repair_mends_what_is_wrong_and_touches_nothing_else() -> None:
    rater, (heat, up, cats, alien) = Rater.objects.create(), films(4)
    Movie.objects.update(rating_count=0, rating_sum=0)
    rated(rater, heat, up, cats, stars=4)
    StarCount.objects.filter(movie=heat).update(people=7)
    Movie.objects.filter(pk=up.pk).update(rating_sum=3)
    StarCount.objects.create(movie=alien, half_stars=1, people=2)
    untouched = StarCount.objects.get(movie=cats).pk
    assert services.repair_totals() == 3
    assert all(totals(movie) == counted(movie) for movie in (heat, up, cats, alien))
    assert StarCount.objects.get(movie=cats).pk == untouched


def test_right_totals_need_no_repair(django_assert_num_queries: object) -> None:
    rated(Rater.objects.create(), film("Heat (1995)"))
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert services.repair_totals() == 0


def test_a_repair_of_many_films_is_done_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "FILMS_AT_ONCE", 2)
    made = films(5)
    assert services.repair_totals() == 5
    assert all(totals(movie) == (0, 0, {}) for movie in made)


# --- at once --------------------------------------------------------------------------------------------------------


def in_threads(*works: Callable[[], object]) -> list[Any]:
    """Do everything at once, each with a connection of its own; return what came of it, or raise what went wrong."""

    def alone(work: Callable[[], object]) -> object:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(alone, work) for work in works]]


@pytest.fixture
def _database_for_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite, let threads write to a file, as a site does: tests have theirs in memory, in one transaction."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as file:
            connection.connection.backup(file)
        monkeypatch.setitem(connections.settings["default"], "NAME", str(tmp_path / "db.sqlite3"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_database_for_threads")
def test_totals_stay_exact_while_many_rate_a_repair_runs_and_somebody_is_erased() -> None:
    [(made, raters)] = in_threads(lambda: (films(3), [Rater.objects.create() for _ in range(6)]))
    works = [partial(rate_and_take_back, rater, made, turn) for turn, rater in enumerate(raters)]
    in_threads(*works, services.repair_totals, partial(accounts.erase, raters=raters[:1]))
    in_threads(services.repair_totals)  # of what was wrong before: the ratings that `films` speaks of
    in_threads(*works[1:], services.repair_totals)
    [(kept, right)] = in_threads(lambda: ([totals(movie) for movie in made], [counted(movie) for movie in made]))
    assert kept == right
    assert sum(count for count, _, _ in right) >= 10


def rate_and_take_back(rater: Rater, made: list[Movie], turn: int) -> None:
    """Give films stars, others, and none again, in an order of one's own."""
    for place in range(12):
        movie = made[(place + turn) % 3]
        with suppress(accounts.PersonGone):  # whoever is erased rates no more
            if place % 4 == 3:
                accounts.unrate(rater=rater, movie=movie)
            else:
                accounts.rate(rater=rater, movie=movie, stars=(1 + (place * turn) % 10) / 2, at=NOON)
