"""What newcomers pick before they rate."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import User
from accounts.picks import pick
from accounts.selectors import picked_movie_ids, rating_count
from catalog.models import Movie
from tests.films import films

pytestmark = pytest.mark.django_db


def test_picks_are_kept_and_are_no_ratings(ada: User) -> None:
    picked = films(4)
    pick(rater=ada.rater, movies=picked)
    assert picked_movie_ids(ada.rater) == {movie.pk for movie in picked}
    assert rating_count(ada.rater) == 0


def test_picking_again_replaces_what_was_picked_before(ada: User) -> None:
    first, second = films(4), films(4)
    pick(rater=ada.rater, movies=first)
    pick(rater=ada.rater, movies=second)
    assert picked_movie_ids(ada.rater) == {movie.pk for movie in second}


def test_lists_made_before_a_pick_are_stale(ada: User) -> None:
    before = ada.rater.taste_version
    pick(rater=ada.rater, movies=films(4))
    assert ada.rater.taste_version == before + 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_picks_at_once_happen_one_after_the_other(ada: User) -> None:
    def picking(movies: list[Movie]) -> None:
        together.wait()
        try:
            pick(rater=ada.rater, movies=movies)
        finally:
            connection.close()

    together, first, second = Barrier(2), films(4), films(4)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(picking, [first + second, second + first]))
    assert picked_movie_ids(ada.rater) == {movie.pk for movie in first + second}
