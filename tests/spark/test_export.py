"""What the cluster reads of the database is what one machine reads: no muted ratings, no lists of people's own way."""

import pyarrow.parquet as pq
import pytest
from django.db import connection

from accounts import taste
from accounts.models import User
from accounts.taste import Wishes
from catalog.models import Rater
from recommendations.spark.export import RATERS, RATINGS, Table, export
from tests.films import films, rated

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def rater(ada: User) -> Rater:
    rated(ada.rater, *films(3))
    return ada.rater


def _read(table: Table) -> list[dict[str, int]]:
    """Return what JDBC gives the cluster."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table.query}")
        return [dict(zip(table.columns, row, strict=True)) for row in cursor.fetchall()]


def test_muted_ratings_are_not_read(rater: Rater) -> None:
    muted = rater.ratings.first()
    taste.mute(rater=rater, movie=muted.movie)
    assert {row["movie_id"] for row in _read(RATINGS)} == {
        rating.movie_id for rating in rater.ratings.exclude(pk=muted.pk)
    }


def test_whoever_has_settings_of_their_own_is_read_with_a_taste_that_is_never_theirs(rater: Rater) -> None:
    other = User.objects.create_user("grace").rater
    rated(other, *films(1))
    taste.steer(rater=rater, wishes=Wishes(age=2))
    assert {row["id"]: row["taste_version"] for row in _read(RATERS)} == {rater.pk: 0, other.pk: other.taste_version}


def test_the_same_is_written_as_parquet(rater: Rater, tmp_path) -> None:
    taste.steer(rater=rater, wishes=Wishes(age=2))
    taste.mute(rater=rater, movie=rater.ratings.first().movie)
    assert export(tmp_path) == {"raters": 1, "ratings": 2}
    assert pq.read_table(tmp_path / "raters").column("taste_version").to_pylist() == [0]
