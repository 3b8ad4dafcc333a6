"""What was foreseen of a film is kept the moment before somebody rates it, so that it can be compared later."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from catalog.models import Movie, Rater
from recommendations.models import Forecast
from recommendations.serving.history import History, history_of
from recommendations.serving.learned import has_learned_what_was_taken_back
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.predict import predictions
from recommendations.serving.types import Prediction

# Predictions from fewer ratings are nearly everybody's average, and say nothing about how well we know somebody.
ENOUGH_RATINGS = 5
# Working somebody out takes 3 ms from 150 ratings, 5 from 1,200 and 14 from 2,700; a rating is not to wait so long.
MOST_READ = 1_200


def keep_forecast(sender: Any, *, rater: Rater, movie: Movie, **signal: Any) -> None:
    """Keep what the live run foresees of `movie` for `rater`, who is about to rate it for the first time.

    Nothing is kept before the first run, of a film that it does not know, below ENOUGH_RATINGS ratings, and where the
    run has learned from a rating of this film that was taken back since. What was foreseen first stays: when the
    rating changes, it is compared with the new one; while the rating is taken back it counts nowhere; and when the
    film is rated again no second forecast takes its place, for by then we had been told.

    It is worked out anew from the ratings of this moment, as every page does. Of more than MOST_READ ratings an even
    part speaks.
    """
    models = live_models()
    if models is None or has_learned_what_was_taken_back(models, rater, movie):
        return
    said = _foreseen(models, rater, movie)
    if said is None:
        return
    # A savepoint, so that whatever goes wrong here leaves the rating's own transaction whole.
    with transaction.atomic():
        forecast = Forecast(rater=rater, movie=movie, stars=said.stars, low=said.low, high=said.high)
        forecast.run_id = models.run
        Forecast.objects.bulk_create([forecast], ignore_conflicts=True)


def _foreseen(models: LiveModels, rater: Rater, movie: Movie) -> Prediction | None:
    history = history_of(rater)
    if history.used < ENOUGH_RATINGS:
        return None
    return predictions(models, _thinned(history), [movie.pk]).get(movie.pk)


def _thinned(history: History) -> History:
    """Return at most MOST_READ of the ratings, spread evenly over all of them."""
    step = -(-len(history.movies) // MOST_READ)
    return replace(history, movies=history.movies[::step], stars=history.stars[::step])
