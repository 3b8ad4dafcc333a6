"""What is read about a person."""

from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.models import HiddenMovie
from catalog.models import Rater, Rating


def ratings_of(rater: Rater) -> QuerySet[Rating]:
    """Return a person's ratings with their films, newest first."""
    return Rating.objects.filter(rater=rater).select_related("movie").order_by("-rated_at", "-id")


def stars_of(rater: Rater, movie_ids: Iterable[int]) -> dict[int, float]:
    """Return {film's key: stars} for those of `movie_ids` that the person has rated."""
    rows = Rating.objects.filter(rater=rater, movie_id__in=list(movie_ids)).values_list("movie_id", "half_stars")
    return {movie_id: half_stars / 2 for movie_id, half_stars in rows}


def hidden_movie_ids(rater: Rater) -> set[int]:
    """Return the keys of the films that the person does not want to be shown."""
    return set(HiddenMovie.objects.filter(rater=rater).values_list("movie_id", flat=True))
