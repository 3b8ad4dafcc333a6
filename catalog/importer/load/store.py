"""Stores a release that was read: one transaction, the difference to what is there, all of it or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial

from django.db import DatabaseError, connection, transaction

from catalog.importer.load.films import load_films
from catalog.importer.load.genome import load_genome
from catalog.importer.load.people import load_people
from catalog.importer.load.ratings import compare_ratings, load_ratings, raise_taste, recount
from catalog.importer.load.release import (
    check_replace,
    drop_orphans,
    drop_releases,
    move_to_new_films,
    release_id,
    store_release,
)
from catalog.importer.load.sql import Changes, Cursor, lock_writers, numbered_ids
from catalog.importer.load.tags import load_taggings
from catalog.importer.read import ReadRelease
from catalog.importer.refusal import ImportRefused


class StoreFailed(ImportRefused):
    """The database did not take it: it is locked, full, read-only or not set up."""


@contextmanager
def as_refusal() -> Iterator[None]:
    """Turn what the database says when it cannot go on into the sentence that ends an import."""
    try:
        yield
    except DatabaseError as error:
        raise StoreFailed(f"Nothing was changed, because the database could not take it: {error}.") from error


def refuse_unless_replaceable(release: str, numbering: str, *, replace: bool) -> None:
    """Raise AnotherRelease when another release is live and may not be replaced."""
    with as_refusal(), connection.cursor() as cursor:
        check_replace(cursor, release, numbering, replace=replace)


def store(
    read: ReadRelease,
    *,
    release: str,
    numbering: str,
    now: datetime,
    replace: bool,
    dry_run: bool,
    progress: Callable[[int, int], None],
) -> dict[str, Changes]:
    """Store what is new or different, and nothing in a dry run; return what that is, by kind.

    Foreign keys are not checked row by row: every key that is written was read in the same transaction.
    """
    whole = nullcontext() if dry_run else transaction.atomic()
    with as_refusal(), connection.constraint_checks_disabled(), whole, connection.cursor() as cursor:
        if not dry_run:
            lock_writers(cursor)
        others = check_replace(cursor, release, numbering, replace=replace)
        if others and not dry_run:
            drop_releases(cursor, others)
        changes = _store(cursor, read, release, numbering, now, progress, write=not dry_run)
        if others and not dry_run:
            move_to_new_films(cursor, numbering)
            drop_orphans(
                cursor, kept=numbered_ids(cursor, "catalog_movie", "numbering", numbering, read.selection.films)
            )
        if not dry_run:
            film_ids = numbered_ids(cursor, "catalog_movie", "numbering", numbering, read.selection.films)
            recount(cursor, read.selection.ratings, film_ids)
        return changes


def _store(
    cursor: Cursor,
    read: ReadRelease,
    release: str,
    numbering: str,
    now: datetime,
    progress: Callable[[int, int], None],
    *,
    write: bool,
) -> dict[str, Changes]:
    selection = read.selection
    find_people = partial(numbered_ids, cursor, "catalog_rater", "release_id", numbers=selection.people)
    find_films = partial(numbered_ids, cursor, "catalog_movie", "numbering", numbering, selection.films)
    key = store_release(cursor, release, numbering, now) if write else release_id(cursor, release, numbering)
    people_before = find_people(key)
    comparison = compare_ratings(cursor, selection.ratings, people_before, find_films())
    changes = {
        "movies": load_films(cursor, read.films, read.links, numbering=numbering, write=write),
        "ratings": comparison.changes,
        "people": load_people(cursor, selection.people, read.people, release_id=key, write=write),
    }
    people_ids, film_ids = find_people(key), find_films()
    changes["tags"] = load_taggings(cursor, read.taggings, people_ids, film_ids, release_id=key, write=write)
    if write:
        total = changes["ratings"].inserted
        load_ratings(cursor, selection.ratings, comparison, people_ids, film_ids, lambda done: progress(done, total))
        raise_taste(cursor, selection.ratings, comparison, people_before)
        if read.genome is not None:
            load_genome(cursor, read.genome, film_ids)
    return changes
