"""Writes the ratings that somebody brings, and takes them back: all or nothing, in a few statements for any number.

What an import changes is kept with what was there before: the films' totals are moved by these rows, and undoing
reads them backwards.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, Model, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from accounts.importing.pending import Pending
from accounts.importing.plan import Line, Plan, make_plan
from accounts.models import HiddenMovie, ImportedRating, MutedRating, RatingImport, ShownMovie, WatchlistEntry
from accounts.services import lock_rater, taste_changed
from accounts.watchlist import MOST_WATCHED
from catalog.models import Movie, Rater, Rating, StarCount

# So many of the rows that found no film are kept for the report.
MOST_REPORTED = 500
_AT_ONCE = 1_000

Changes = QuerySet[ImportedRating]


@transaction.atomic
def apply(*, rater: Rater, pending: Pending, at: datetime) -> RatingImport:
    """Bring a file's ratings as its owner chose; sending it a second time changes nothing and returns the same.

    A rating keeps the time that the file gives it, unless that lies after `at` or is missing: then it is `at`.
    """
    lock_rater(rater.pk)
    done = RatingImport.objects.filter(rater=rater, undone_at=None, report__token=pending.token).first()
    if done is not None:
        return done
    plan = make_plan(rater, pending.brought.rows, pending.choices)
    lines = plan.changes(replaces=pending.choices.replaces)
    wanted = plan.wanted if pending.choices.fills_watchlist else {}
    record = RatingImport.objects.create(
        rater=rater,
        source=pending.brought.source,
        file_name=pending.file_name[:200],
        replaces=pending.choices.replaces,
        report=_report(plan, pending, len(lines), list(wanted)),
        imported_at=at,
    )
    _keep_changes(record, lines)
    _write(rater, {line.movie_id: (line.half_stars, _moment(line.row.at, at)) for line in lines})
    _settle_what_was_rated(record)
    _move_totals(record.changes.all(), given="half_stars", taken="half_stars_before")
    entries = [WatchlistEntry(rater=rater, movie_id=film, added_at=_moment(on, at)) for film, on in wanted.items()]
    WatchlistEntry.objects.bulk_create(entries, batch_size=_AT_ONCE, ignore_conflicts=True)
    if lines:
        taste_changed(rater)
    return record


@transaction.atomic
def undo(*, record: RatingImport, at: datetime) -> int:
    """Take an import back and return how many ratings were restored; a second time changes nothing.

    A film that its owner has rated otherwise since, or whose rating they took back, stays as they want it.
    """
    lock_rater(record.rater_id)
    if not RatingImport.objects.filter(pk=record.pk, undone_at=None).update(undone_at=at):
        return 0
    record.undone_at = at
    own = Rating.objects.filter(rater=record.rater)
    as_it_was_made = Exists(own.filter(movie=OuterRef("movie"), half_stars=OuterRef("half_stars")))
    changes = record.changes.filter(as_it_was_made)
    restored = list(changes)
    _move_totals(changes, given="half_stars_before", taken="half_stars")
    new = changes.filter(half_stars_before=None).values("movie")
    MutedRating.objects.filter(rater=record.rater, movie__in=new).delete()
    own.filter(movie__in=new).delete()
    before = {line.movie_id: (line.half_stars_before, line.rated_at_before) for line in restored}
    _write(record.rater, {film: (half, on) for film, (half, on) in before.items() if half is not None and on})
    _restore_watchlist(record)
    if restored:
        taste_changed(record.rater)
    return len(restored)


def _moment(given: datetime | None, at: datetime) -> datetime:
    return given if given is not None and given <= at else at


def _report(plan: Plan, pending: Pending, brought: int, wanted: list[int]) -> dict[str, Any]:
    replaced = len(plan.different) if pending.choices.replaces else 0
    return {
        "token": pending.token,
        "new": brought - replaced,
        "replaced": replaced,
        "kept": len(plan.different) - replaced,
        "same": len(plan.same),
        "watchlist": wanted,
        "off_watchlist": [],
        "no_room": plan.no_room,
        "seen": len(plan.seen),
        "not_films": len(plan.not_films),
        "unreadable": len(plan.unreadable),
        "unmatched": len(plan.open),
        "open": [[row.title, row.year] for row in plan.open.values()][:MOST_REPORTED],
    }


def _keep_changes(record: RatingImport, lines: Iterable[Line]) -> None:
    ratings = Rating.objects.filter(rater=record.rater).values_list("movie_id", "half_stars", "rated_at")
    before = {film: (half_stars, at) for film, half_stars, at in ratings}
    changes = (
        ImportedRating(
            rating_import=record,
            movie_id=line.movie_id,
            half_stars=line.half_stars,
            half_stars_before=before.get(line.movie_id, (None, None))[0],
            rated_at_before=before.get(line.movie_id, (None, None))[1],
        )
        for line in lines
    )
    ImportedRating.objects.bulk_create(changes, batch_size=_AT_ONCE)


def _write(rater: Rater, ratings: dict[int, tuple[int, datetime]]) -> None:
    """Give films half stars as of a moment, whether they have a rating or not."""
    Rating.objects.bulk_create(
        (Rating(rater=rater, movie_id=film, half_stars=half, rated_at=at) for film, (half, at) in ratings.items()),
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["rater", "movie"],
        update_fields=["half_stars", "rated_at"],
    )


def _move_totals(changes: Changes, *, given: str, taken: str) -> None:
    """Count, film by film, the half stars in the column `given` and no longer those in the column `taken`."""
    films = changes.values("movie")
    # In the order of their keys, so that two people never wait for each other: a film's row locks its totals.
    list(Movie.objects.filter(pk__in=films).order_by("pk").select_for_update().values_list("pk"))
    of_film = changes.filter(movie=OuterRef("pk")).annotate(
        people=Case(When(**{given: None}, then=-1), When(**{taken: None}, then=1), default=0),
        more=Coalesce(F(given), 0) - Coalesce(F(taken), 0),
    )
    Movie.objects.filter(pk__in=films).update(
        rating_count=F("rating_count") + Subquery(of_film.values("people")),
        rating_sum=F("rating_sum") + Subquery(of_film.values("more")),
    )
    pairs = changes.exclude(**{given: None}).values_list("movie_id", given)
    missing = (StarCount(movie_id=film, half_stars=half_stars, people=0) for film, half_stars in pairs)
    StarCount.objects.bulk_create(missing, batch_size=_AT_ONCE, ignore_conflicts=True)
    for column, people in ((taken, -1), (given, 1)):
        these = changes.filter(**{"movie": OuterRef("movie"), column: OuterRef("half_stars")})
        StarCount.objects.filter(Exists(these), movie__in=films).update(people=F("people") + people)


def _settle_what_was_rated(record: RatingImport) -> None:
    """Take films that are rated now off the watchlist, and forget that they were shown in vain."""
    rated = record.changes.values("movie")
    ShownMovie.objects.filter(rater=record.rater, movie__in=rated).delete()
    seen = WatchlistEntry.objects.filter(rater=record.rater, movie__in=rated)
    record.report["off_watchlist"] = [[entry.movie_id, entry.added_at.isoformat()] for entry in seen]
    if record.report["off_watchlist"]:
        record.save(update_fields=["report"])
        seen.delete()


def _restore_watchlist(record: RatingImport) -> None:
    """Take what came onto the watchlist off again; put back what had been rated, unless it still is, or is hidden."""
    films = record.report["watchlist"]
    for start in range(0, len(films), _AT_ONCE):
        WatchlistEntry.objects.filter(rater=record.rater, movie__in=films[start : start + _AT_ONCE]).delete()
    added = {film: datetime.fromisoformat(at) for film, at in record.report["off_watchlist"]}
    spoken_of = _films_of(Rating, record) | _films_of(HiddenMovie, record) | _films_of(WatchlistEntry, record)
    # What a report names are no foreign keys: films can have left since.
    there = Movie.objects.in_bulk(list(added.keys() - spoken_of))
    room = max(0, MOST_WATCHED - WatchlistEntry.objects.filter(rater=record.rater).count())
    entries = [
        WatchlistEntry(rater=record.rater, movie_id=film, added_at=added[film]) for film in sorted(there)[:room]
    ]
    WatchlistEntry.objects.bulk_create(entries, batch_size=_AT_ONCE, ignore_conflicts=True)


def _films_of(model: type[Model], record: RatingImport) -> set[int]:
    return set(model._default_manager.filter(rater=record.rater).values_list("movie_id", flat=True))
