"""The watchlist, as its owner changes it: what somebody wants to see is on it until they rate or hide it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import WatchlistEntry
from accounts.services import forget_shown, lock_rater
from catalog.models import Movie, Rater

MOST_WATCHED = 2_000


class WatchlistFull(ValueError):
    """One film too many; the message is for the person whose watchlist it is."""


@transaction.atomic
def watch(*, rater: Rater, movie: Movie, since: datetime | None = None) -> bool:
    """Put `movie` on the watchlist, as of now or as it was there before; return whether it is new there.

    Raises WatchlistFull.
    """
    lock_rater(rater.pk)
    own = WatchlistEntry.objects.filter(rater=rater)
    if own.filter(movie=movie).exists():
        return False
    if own.count() >= MOST_WATCHED:
        raise WatchlistFull(f"Your watchlist is full: it holds {MOST_WATCHED:,} films. Take some off it first.")
    # A moment that somebody made up is at least none of the future's.
    now = timezone.now()
    WatchlistEntry.objects.create(rater=rater, movie=movie, added_at=min(since or now, now))
    forget_shown(rater=rater, movie=movie)
    return True


@transaction.atomic
def unwatch(*, rater: Rater, movie: Movie) -> bool:
    """Take `movie` off the watchlist; return whether it was there."""
    gone, _ = WatchlistEntry.objects.filter(rater=rater, movie=movie).delete()
    return bool(gone)
