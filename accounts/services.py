"""The only interactive writers: everything that a person changes, from any door, is changed here."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import HiddenMovie
from catalog.models import Movie, Rater, Rating


class RatingRefused(ValueError):
    """A rating that is not on the half-star grid; the message is for the person who gave it."""


def half_stars_from(stars: float) -> int:
    """Return `stars` (0.5 to 5.0 in halves) as half stars, or raise RatingRefused."""
    half_stars = stars * 2
    if not (half_stars == int(half_stars) and 1 <= half_stars <= 10):
        raise RatingRefused("A rating is ½ to 5 stars, in half stars.")
    return int(half_stars)


@transaction.atomic
def rate(*, rater: Rater, movie: Movie, stars: float, at: datetime) -> tuple[Rating, bool]:
    """Give `movie` `stars`, new or changed; return the rating and whether it is new."""
    half_stars = half_stars_from(stars)
    _lock(rater)
    before = Rating.objects.filter(rater=rater, movie=movie).first()
    if before is not None and before.half_stars == half_stars:
        return before, False
    rating, created = Rating.objects.update_or_create(
        rater=rater, movie=movie, defaults={"half_stars": half_stars, "rated_at": at}
    )
    _count(movie.pk, count=int(created), total=half_stars - (before.half_stars if before else 0))
    _taste_changed(rater)
    return rating, created


@transaction.atomic
def unrate(*, rater: Rater, movie: Movie) -> bool:
    """Take the rating of `movie` back; return whether there was one."""
    _lock(rater)
    rating = Rating.objects.filter(rater=rater, movie=movie).first()
    if rating is None:
        return False
    rating.delete()
    _count(movie.pk, count=-1, total=-rating.half_stars)
    _taste_changed(rater)
    return True


def hide(*, rater: Rater, movie: Movie) -> None:
    """Never show `movie` to `rater` again. Hiding twice changes nothing."""
    HiddenMovie.objects.get_or_create(rater=rater, movie=movie)


def unhide(*, rater: Rater, movie: Movie) -> None:
    """Allow `movie` to be shown again."""
    HiddenMovie.objects.filter(rater=rater, movie=movie).delete()


@transaction.atomic
def erase(*, raters: Iterable[Rater]) -> int:
    """Remove raters with their accounts and everything that hangs on them; return how many there were."""
    erased = 0
    for rater in raters:
        _lock(rater)
        for rating in Rating.objects.filter(rater=rater):
            _count(rating.movie_id, count=-1, total=-rating.half_stars)
        if hasattr(rater, "user"):
            rater.user.delete()
        rater.delete()
        erased += 1
    return erased


def _lock(rater: Rater) -> None:
    """Let one change of a person's ratings wait for the other (SQLite has one writer at a time anyway)."""
    Rater.objects.select_for_update().get(pk=rater.pk)


def _count(movie_id: int, *, count: int, total: int) -> None:
    Movie.objects.filter(pk=movie_id).update(
        rating_count=F("rating_count") + count, rating_sum=F("rating_sum") + total
    )


def _taste_changed(rater: Rater) -> None:
    Rater.objects.filter(pk=rater.pk).update(taste_version=F("taste_version") + 1)
    rater.refresh_from_db(fields=["taste_version"])
