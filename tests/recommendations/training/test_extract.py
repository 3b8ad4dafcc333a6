"""From tables to a matrix: every rating once, in its place, and all of one moment."""

from pathlib import Path

import numpy as np
import pytest
from django.db import connection

from catalog.models import Movie, Rater, Rating
from recommendations.training.extract import extract
from recommendations.training.films import KeysTooLarge
from tests.recommendations.training import changing
from tests.recommendations.training.sites import Site

AFTER_2038 = 2**31 + 5


@pytest.fixture
def ratings(site: list[Movie]) -> list[Rating]:
    return list(Rating.objects.all())


@pytest.mark.database
def test_every_rating_has_its_stars_and_its_time_in_its_cell(ratings: list[Rating]) -> None:
    for place, rating in enumerate(ratings):
        Rating.objects.filter(pk=rating.pk).update(rated_at=place)
    snapshot = extract()
    rows = snapshot.ids.rater_ix([rating.rater.public_id for rating in ratings])
    columns = snapshot.ids.movie_ix([rating.movie_id for rating in ratings])
    times = snapshot.interactions.copy()
    times.data = snapshot.side.times
    assert np.asarray(snapshot.interactions[rows, columns]).ravel().tolist() == [rating.stars for rating in ratings]
    assert np.asarray(times[rows, columns]).ravel().tolist() == list(range(len(ratings)))
    assert snapshot.interactions.nnz == len(ratings)
    assert snapshot.interactions.has_canonical_format


@pytest.mark.database
def test_gaps_between_the_keys_of_ratings_lose_none(ratings: list[Rating]) -> None:
    last = ratings[-1]
    for place, rating in enumerate(ratings[:3]):
        Rating.objects.filter(pk=rating.pk).update(id=last.pk + (place + 1) * 10_000_000)
    assert extract().interactions.nnz == len(ratings)


def test_times_are_narrow_until_2038_and_right_afterwards(ratings: list[Rating]) -> None:
    assert extract().side.times.dtype == np.int32
    Rating.objects.filter(pk=ratings[0].pk).update(rated_at=AFTER_2038)
    assert extract().side.times.max() == AFTER_2038


def test_a_film_whose_key_fits_no_list_is_refused_before_anything_is_fitted(ratings: list[Rating]) -> None:
    Movie.objects.create(pk=2**31, numbering="sample", number=2**31, title="Heat", listed_title="Heat")
    with pytest.raises(KeysTooLarge, match="below 2,147,483,648"):
        extract()


def test_the_largest_key_that_fits_a_list_is_taken(ratings: list[Rating]) -> None:
    Movie.objects.create(pk=2**31 - 1, numbering="sample", number=1_000, title="Heat", listed_title="Heat")
    assert extract().ids.movies[-1] == 2**31 - 1


def test_somebody_without_ratings_has_no_row(ratings: list[Rating]) -> None:
    silent = Rater.objects.create()
    assert extract().ids.rater_ix([silent.public_id]).tolist() == [-1]


def test_a_site_without_ratings_is_an_empty_matrix(db: None) -> None:
    assert extract().interactions.shape == (0, 0)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_not_read_and_nobody_waits(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        assert changing.read() == [8] * changing.PEOPLE
        return
    # SQLite in memory knows no second connection, so that it is a file's turn.
    site = Site(tmp_path)
    site.manage("migrate", "-v0")
    said = site.manage(
        "shell", "-v0", "-c", "from tests.recommendations.training import changing as c; print(c.read())"
    )
    assert said.strip() == str([8] * changing.PEOPLE)
