"""Whether the live run has learned from somebody's rating of a film: then it can foresee nothing, only repeat it."""

from typing import Any

from django.core.cache import cache

from accounts.models import MutedRating
from catalog.models import Movie, Rater, Rating
from recommendations.models import LiveRun, TrainingRun
from recommendations.serving.live import LiveModels

_A_WEEK = 7 * 86_400


def has_learned(models: LiveModels, rater: Rater, movie: Movie) -> bool:
    """Return whether the run may have been given a rating of the film by the person: neighbours would tell it.

    By the rating's key, which a change of its stars leaves as it is, while whatever came after the run has a higher
    one, a rating of long ago that was brought along too. What was given while the run read the ratings counts as
    learned.
    """
    return _is_known(models, rater) and (_was_told_and_taken_back(models, rater, movie) or _read(models, rater, movie))


def has_learned_what_was_taken_back(models: LiveModels, rater: Rater, movie: Movie) -> bool:
    """Return the same of a film that the person has not rated at this moment."""
    return _is_known(models, rater) and _was_told_and_taken_back(models, rater, movie)


def remember_learned(sender: Any, *, rater: Rater, movie: Movie, **signal: Any) -> None:
    """Remember that the live run may have learned from a rating that is being taken back: no row says so any more.

    In the cache, since it matters only until the next run: whoever takes a rating back to give another one does so
    soon.
    """
    run = LiveRun.objects.values_list("run_id", flat=True).first() if rater.trains else None
    if run is not None:
        cache.set(_key(rater, movie), run, _A_WEEK)


def _is_known(models: LiveModels, rater: Rater) -> bool:
    return bool(rater.trains and models.ids.rater_ix([rater.public_id])[0] >= 0)


def _was_told_and_taken_back(models: LiveModels, rater: Rater, movie: Movie) -> bool:
    return bool(cache.get(_key(rater, movie)) == models.run)


def _read(models: LiveModels, rater: Rater, movie: Movie) -> bool:
    """Return whether there is a rating that the run read and that was not muted when it began."""
    run = TrainingRun.objects.only("started_at", "last_rating").get(pk=models.run)
    rated = Rating.objects.filter(rater=rater, movie=movie)
    if run.last_rating is not None:
        rated = rated.filter(pk__lte=run.last_rating)
    muted = MutedRating.objects.filter(rater=rater, movie=movie, muted_at__lte=run.started_at)
    return rated.exists() and not muted.exists()


def _key(rater: Rater, movie: Movie) -> str:
    return f"learned-{rater.public_id}-{movie.pk}"
