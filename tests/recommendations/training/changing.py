"""A table of ratings that somebody else writes to while it is read; run in tests and in a process of its own."""

import threading
from collections.abc import Callable

from django.db import connection

from catalog.models import Movie, Numbering, Rater, Rating
from recommendations.training import tables

PEOPLE = 20


def read() -> list[int]:
    """Return the half stars of ratings that are read in two parts, between which another connection writes."""
    _people_with_a_rating_each()
    with tables.one_moment():
        parts = tables.joined_columns(Rating.objects.all(), ("half_stars",), rows=PEOPLE // 2)
        found = tables.numbers(next(parts)[0]).tolist()
        _elsewhere(lambda: Rating.objects.filter(pk=Rating.objects.latest("pk").pk).delete())
        _elsewhere(lambda: Rating.objects.update(half_stars=1))
        found += [value for part in parts for value in tables.numbers(part[0]).tolist()]
    assert list(Rating.objects.values_list("half_stars", flat=True)) == [1] * (PEOPLE - 1)
    return found


def _people_with_a_rating_each() -> None:
    movie = Movie.objects.create(numbering=Numbering.SAMPLE, number=1, title="Heat", listed_title="Heat (1995)")
    raters = Rater.objects.bulk_create([Rater() for _ in range(PEOPLE)])
    Rating.objects.bulk_create(Rating(rater=rater, movie=movie, half_stars=8, rated_at=1) for rater in raters)


def _elsewhere(write: Callable[[], object]) -> None:
    def work() -> None:
        write()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
