"""What was foreseen of a film is kept when it is rated."""

from unittest.mock import patch

import pytest

from accounts import picks, services
from accounts.models import User
from catalog.models import Movie, Numbering, Rater
from recommendations import serving
from recommendations.insight import foresight
from recommendations.models import Forecast, TrainingRun
from tests.films import NOON, film, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def fan(ada: User, live: TrainingRun, site: list[Movie]) -> Rater:
    """Somebody with six ratings, who has been told nothing yet."""
    rated(ada.rater, *site[:6], stars=4.5)
    Forecast.objects.all().delete()
    return ada.rater


def test_what_we_would_have_said_is_kept_with_its_run(fan: Rater, site: list[Movie], live: TrainingRun) -> None:
    said = serving.predict(fan, [site[10]])[site[10].pk]
    rated(fan, site[10], stars=2)
    kept = Forecast.objects.get()
    assert (kept.rater, kept.movie, kept.run) == (fan, site[10], live)
    assert (kept.stars, kept.low, kept.high) == (said.stars, said.low, said.high)


def test_of_very_many_ratings_an_even_part_speaks(
    fan: Rater, site: list[Movie], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foresight, "MOST_READ", 4)
    with patch.object(foresight, "predictions", return_value={}) as asked:
        rated(fan, site[10])
    assert len(asked.call_args.args[1].movies) == 3


def test_below_five_ratings_nothing_is_kept(ada: User, site: list[Movie], live: TrainingRun) -> None:
    rated(ada.rater, *site[:5])
    assert not Forecast.objects.exists()
    rated(ada.rater, site[5])
    assert Forecast.objects.get().movie == site[5]


def test_what_was_only_picked_is_no_rating_to_foresee_from(ada: User, site: list[Movie], live: TrainingRun) -> None:
    picks.pick(rater=ada.rater, movies=site[:8])
    rated(ada.rater, *site[10:15])
    assert not Forecast.objects.exists()


def test_a_film_that_the_run_does_not_know_leaves_nothing(fan: Rater) -> None:
    rated(fan, Movie.objects.create(numbering=Numbering.ML_100K, number=1, title="Brand New"))
    assert not Forecast.objects.exists()


def test_before_the_first_run_nothing_is_kept(ada: User) -> None:
    rated(ada.rater, *(film(f"Film {number} (1990)") for number in range(8)))
    assert not Forecast.objects.exists()


def test_the_first_forecast_stays_whatever_becomes_of_the_rating(fan: Rater, site: list[Movie]) -> None:
    rated(fan, site[10], stars=2)
    first = Forecast.objects.values_list("stars", "made_at").get()
    rated(fan, site[10], stars=5)
    services.unrate(rater=fan, movie=site[10])
    rated(fan, site[21], stars=1)
    rated(fan, site[10], stars=5)
    assert Forecast.objects.filter(movie=site[10]).values_list("stars", "made_at").get() == first


def test_a_run_that_has_learned_from_the_rating_foresees_nothing(live: TrainingRun, site: list[Movie]) -> None:
    learned = Rater.objects.exclude(release=None).filter(ratings__movie=site[3]).first()
    assert learned is not None
    services.unrate(rater=learned, movie=site[3])
    services.rate(rater=learned, movie=site[3], stars=1, at=NOON)
    assert not Forecast.objects.exists()
    unseen = Movie.objects.exclude(ratings__rater=learned)[0]
    services.rate(rater=learned, movie=unseen, stars=1, at=NOON)
    assert Forecast.objects.get().movie == unseen


@pytest.mark.parametrize("broken", ["live_models", "_foreseen", "has_learned_what_was_taken_back"])
def test_a_rating_is_made_whatever_goes_wrong_with_its_forecast(
    fan: Rater, site: list[Movie], broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foresight, broken, _fails)
    rated(fan, site[10])
    assert fan.ratings.filter(movie=site[10]).exists()


def test_a_forecast_that_cannot_be_written_leaves_the_rating_whole(
    fan: Rater, site: list[Movie], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = serving.Prediction(4.0, 3.0, 5.0, 3)
    monkeypatch.setattr(foresight, "_foreseen", lambda *asked: said)
    with patch.object(Forecast.objects, "bulk_create", side_effect=_broken_query):
        rated(fan, site[10])
    assert fan.ratings.filter(movie=site[10]).exists()


def _fails(*asked: object) -> None:
    raise RuntimeError("the models are on fire")


def _broken_query(*asked: object, **more: object) -> None:
    list(Forecast.objects.raw("SELECT no_such_column FROM recommendations_forecast"))
