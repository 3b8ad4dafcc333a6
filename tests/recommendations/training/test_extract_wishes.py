"""What people wish of their lists, as training sees it."""

import pytest

from accounts import taste
from accounts.taste import Wishes
from catalog.models import Movie, Rater, Rating
from recommendations.training.extract import extract


@pytest.fixture
def rating(site: list[Movie]) -> Rating:
    return Rating.objects.select_related("rater", "movie").order_by("pk")[7]


@pytest.mark.database
def test_a_muted_rating_is_left_out_and_no_other_one(rating: Rating) -> None:
    before = extract().interactions.copy()
    taste.mute(rater=rating.rater, movie=rating.movie)
    snapshot = extract()
    row = snapshot.ids.rater_ix([rating.rater.public_id])[0]
    column = snapshot.ids.movie_ix([rating.movie_id])[0]
    assert snapshot.interactions[row, column] == 0
    before[row, column] = 0
    assert (before != snapshot.interactions).nnz == 0
    assert len(snapshot.side.times) == snapshot.interactions.nnz == Rating.objects.count() - 1


def test_times_stay_with_their_ratings(rating: Rating) -> None:
    Rating.objects.filter(pk__gt=rating.pk).update(rated_at=5)
    taste.mute(rater=rating.rater, movie=rating.movie)
    assert (extract().side.times == 5).sum() == Rating.objects.filter(pk__gt=rating.pk).count()


def test_a_rating_that_counts_again_is_there_again(rating: Rating) -> None:
    before = extract().fingerprint()
    taste.mute(rater=rating.rater, movie=rating.movie)
    assert extract().fingerprint() != before
    taste.unmute(rater=rating.rater, movie=rating.movie)
    assert extract().fingerprint() == before


def test_somebody_who_muted_everything_has_no_row(site: list[Movie]) -> None:
    rater = Rater.objects.all()[0]
    for rating in rater.ratings.select_related("movie"):
        taste.mute(rater=rater, movie=rating.movie)
    assert extract().ids.rater_ix([rater.public_id]).tolist() == [-1]


@pytest.mark.database
def test_what_is_published_for_somebody_with_wishes_is_older_than_their_taste(rating: Rating) -> None:
    taste.steer(rater=rating.rater, wishes=Wishes(age=1))
    snapshot = extract()
    row = snapshot.ids.rater_ix([rating.rater.public_id])[0]
    assert (snapshot.taste_versions[row], rating.rater.taste_version) == (0, 1)
    taste.reset(rater=rating.rater)
    assert extract().taste_versions[row] == 2
