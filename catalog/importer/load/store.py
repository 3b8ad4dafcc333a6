"""Stores a release that was read: one transaction, the difference to what is there, all of it or nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
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
    keep_summary,
    move_to_new_films,
    note_change,
    release_id,
    store_release,
)
from catalog.importer.load.sql import Changes, Cursor, lock_writers, numbered_ids
from catalog.importer.load.tags import load_taggings
from catalog.importer.read import ReadRelease
from catalog.importer.result import Counts
from catalog.refusal import ImportRefused


class StoreFailed(ImportRefused):
    """The database did not take it: it is locked, full, read-only or not set up."""


@contextmanager
def as_refusal() -> Iterator[None]:
    """Turn what the database says when it cannot go on into the sentence that ends an import."""
    try:
        yield
    except DatabaseError as error:
        raise StoreFailed(f"Nothing was changed, because the database could not take it: {error}.") from error


@dataclass(frozen=True)
class Target:
    """Where a release goes: its name, who numbered its films, and whether others give way to it."""

    release: str
    numbering: str
    replace: bool = False


def refuse_unless_replaceable(target: Target) -> None:
    """Raise AnotherRelease when another release is live and may not be replaced."""
    with as_refusal(), connection.cursor() as cursor:
        if "catalog_release" not in connection.introspection.table_names(cursor):
            raise StoreFailed("The database is not set up yet: run `manage.py migrate` first.")
        check_replace(cursor, target.release, target.numbering, replace=target.replace)


def store(read: ReadRelease, target: Target, *, now: datetime, progress: Callable[[int, int], None]) -> bool:
    """Store what is new or different, complete `read.counts` with it, and return whether anything was.

    Foreign keys are not checked row by row: every key that is written was read in the same transaction.
    """
    unchecked, whole = connection.constraint_checks_disabled(), transaction.atomic()
    with as_refusal(), unchecked, whole, connection.cursor() as cursor:
        lock_writers(cursor)
        others = check_replace(cursor, target.release, target.numbering, replace=target.replace)
        drop_releases(cursor, others)
        key = store_release(cursor, target.release, target.numbering, now)
        changes = _load(cursor, read, target, key, progress)
        film_ids = numbered_ids(cursor, "catalog_movie", "numbering", target.numbering, read.selection.films)
        if others:
            move_to_new_films(cursor, target.numbering)
            drop_orphans(cursor, kept=film_ids)
        recount(cursor, read.selection.ratings, film_ids)
        _complete(read.counts, changes)
        changed = any(changes.values()) or bool(others)
        if changed:
            keep_summary(key, {kind: asdict(counts) for kind, counts in read.counts.items()}, now)
            note_change()
        return changed


def compare(read: ReadRelease, target: Target) -> None:
    """Complete `read.counts` with what `store` would store, and store nothing."""
    with as_refusal(), connection.cursor() as cursor:
        check_replace(cursor, target.release, target.numbering, replace=target.replace)
        _complete(read.counts, _load(cursor, read, target, release_id(cursor, target.release, target.numbering), None))


def _load(
    cursor: Cursor, read: ReadRelease, target: Target, key: int | None, progress: Callable[[int, int], None] | None
) -> dict[str, Changes]:
    """Compare everything with what is stored and, with someone to show the progress to, store it."""
    selection, write = read.selection, progress is not None
    find_people = partial(numbered_ids, cursor, "catalog_rater", "release_id", key, selection.people)
    find_films = partial(numbered_ids, cursor, "catalog_movie", "numbering", target.numbering, selection.films)
    people_before = find_people()
    comparison = compare_ratings(cursor, selection.ratings, people_before, find_films())
    changes = {
        "movies": load_films(cursor, read.films, read.links, numbering=target.numbering, write=write),
        "ratings": comparison.changes,
        "people": load_people(cursor, selection.people, read.people, release_id=key, write=write),
    }
    people_ids, film_ids = find_people(), find_films()
    changes["tags"] = load_taggings(cursor, read.taggings, people_ids, film_ids, release_id=key, write=write)
    if progress is not None:
        load_ratings(cursor, selection.ratings, comparison, people_ids, film_ids, progress)
        raise_taste(cursor, selection.ratings, comparison, people_before)
        if read.genome is not None:
            changes["genome"] = load_genome(cursor, read.genome, film_ids)
    return changes


def _complete(counts: Mapping[str, Counts], changes: Mapping[str, Changes]) -> None:
    for kind, counted in counts.items():
        found = changes[kind]
        counted.inserted, counted.updated, counted.unchanged = found.inserted, found.updated, found.unchanged
