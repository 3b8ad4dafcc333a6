"""On how many days films were recommended to somebody who did nothing about them. Writers, like `services`."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from accounts.models import ShownMovie, WatchlistEntry
from accounts.services import taste_changed
from catalog.models import Movie, Rater


def note_shown(*, rater: Rater, movie_ids: Iterable[int], on: date) -> int:
    """Count a day for each film that was not yet counted `on` that day; return how many there were.

    One question for a page that was looked at before, and one writing more on the first look of a day. Two looks at
    once count the same day once. Films on the watchlist are wanted, and not counted.
    """
    shown = set(movie_ids)
    wanted = WatchlistEntry.objects.filter(rater=rater).values("movie")
    known = ShownMovie.objects.filter(rater=rater, movie__in=shown).values_list("movie_id", "days", "last_shown_on")
    before = {movie: (days, last) for movie, days, last in known}
    due = {movie for movie in shown if movie not in before or before[movie][1] < on}
    if not due:
        return 0
    rows = [
        ShownMovie(rater=rater, movie_id=movie, days=before[movie][0] + 1 if movie in before else 1, last_shown_on=on)
        for movie in Movie.objects.filter(pk__in=due).exclude(pk__in=wanted).values_list("pk", flat=True)
    ]
    ShownMovie.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["rater", "movie"],
        update_fields=["days", "last_shown_on"],
    )
    return len(rows)


@transaction.atomic
def bring_back(*, rater: Rater, movie: Movie) -> None:
    """Show a film as if for the first time, however often it is shown in vain."""
    if ShownMovie.objects.filter(rater=rater, movie=movie, brought_back=False).update(brought_back=True):
        taste_changed(rater)


@transaction.atomic
def let_sink(*, rater: Rater, movie: Movie) -> None:
    """Take `bring_back` back."""
    if ShownMovie.objects.filter(rater=rater, movie=movie, brought_back=True).update(brought_back=False):
        taste_changed(rater)
