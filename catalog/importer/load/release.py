"""One release is live at a time: what goes when another one comes, and what accounts keep of it."""

# ruff: noqa: S608  # names of tables and columns are ours; values are parameters

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import CASCADE, ManyToOneRel, Model, UniqueConstraint

from catalog.importer.load.sql import Cursor, Numbers, execute_for_ids
from catalog.refusal import ImportRefused

# Words that films and people share, and where they are used.
_WORDS = [
    ("catalog_tag", "catalog_tagging", "tag_id"),
    ("catalog_genre", "catalog_movie_genres", "genre_id"),
]


class AnotherRelease(ImportRefused):
    """Another release is live, and nobody said that it may be replaced."""


class Relation(NamedTuple):
    """A table that points to films or people, and goes with them (`cascades`) or keeps them there.

    `is_personal`: whether its rows belong to people, by themselves or, as films on a list do, by way of something of
    theirs. `others`: what makes a row unique together with `column`.
    """

    table: str
    column: str
    cascades: bool
    is_personal: bool
    others: tuple[str, ...]


def release_id(cursor: Cursor, name: str, numbering: str) -> int | None:
    """Return the key of a release, or None while it is not stored."""
    cursor.execute("SELECT id FROM catalog_release WHERE name = %s AND numbering = %s", [name, numbering])
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def check_replace(cursor: Cursor, name: str, numbering: str, *, replace: bool) -> list[int]:
    """Return the keys of other releases, or raise AnotherRelease when they may not be replaced."""
    cursor.execute("SELECT id, name FROM catalog_release WHERE name <> %s OR numbering <> %s", [name, numbering])
    others = cursor.fetchall()
    if others and not replace:
        raise AnotherRelease(
            f"{others[0][1]} is live here, and only one release can be: say --replace to take its people and ratings"
            f" away and import {name} (accounts keep theirs)."
        )
    return [key for key, _ in others]


def store_release(cursor: Cursor, name: str, numbering: str, now: datetime) -> int:
    """Return the key of a release, made if it is not stored yet."""
    key = release_id(cursor, name, numbering)
    if key is None:
        values = {"name": name, "numbering": numbering, "imported_at": now}
        key = int(apps.get_model("catalog", "Release")._default_manager.create(**values).pk)
    return key


def keep_summary(key: int, summary: dict[str, Any], now: datetime) -> None:
    """Keep what an import counted beside its release."""
    releases = apps.get_model("catalog", "Release")._default_manager
    releases.filter(pk=key).update(summary=summary, imported_at=now)


def note_change() -> None:
    """Let those who keep something made from the films see that it is stale."""
    catalogue: Any = apps.get_model("catalog", "Catalogue")
    catalogue.changed()


def drop_releases(cursor: Cursor, keys: Iterable[int]) -> None:
    """Remove releases with their people and everything that hangs on those, except people who own an account."""
    relations = sorted(_relations("Rater"), key=lambda relation: relation.cascades)  # owners are set free first
    for key in keys:
        for table, column, cascades, *_ in relations:
            people = "SELECT id FROM catalog_rater WHERE release_id = %s"
            if cascades:
                cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({people})", [key])
            else:
                owned = f"release_id = %s AND id IN (SELECT {column} FROM {table})"
                cursor.execute(f"UPDATE catalog_rater SET release_id = NULL, number = NULL WHERE {owned}", [key])
        cursor.execute("DELETE FROM catalog_rater WHERE release_id = %s", [key])
        cursor.execute("DELETE FROM catalog_release WHERE id = %s", [key])


def move_to_new_films(cursor: Cursor, numbering: str) -> None:
    """Let what people keep about films of another numbering point to the same films of this one, where there are any.

    Whoever has something to do with both films keeps what they said of the new one.
    """
    personal = [relation for relation in _relations("Movie") if relation.is_personal]
    pairs = list(_same_films(cursor, numbering, personal))
    raters: set[int] = set()
    for old, new in pairs:
        for relation in personal:
            if relation.table == "catalog_rating":
                cursor.execute("SELECT rater_id FROM catalog_rating WHERE movie_id = %s", [old])
                raters.update(key for (key,) in cursor)
            _move(cursor, relation, old, new)
    execute_for_ids(
        cursor,
        lambda marks: f"UPDATE catalog_rater SET taste_version = taste_version + 1 WHERE id IN ({marks})",
        sorted(raters),
    )


def drop_orphans(cursor: Cursor, kept: Numbers) -> None:
    """Remove the films that are not among `kept` (keys) and that nobody has anything to do with, and unused words."""
    relations = list(_relations("Movie"))
    unused = " AND ".join(
        f"NOT EXISTS (SELECT 1 FROM {relation.table} WHERE {relation.column} = catalog_movie.id)"
        for relation in relations
        if relation.is_personal
    )
    cursor.execute(f"SELECT id FROM catalog_movie WHERE {unused}")
    orphans = sorted({key for (key,) in cursor} - set(kept.tolist()))
    for table, column in [(relation.table, relation.column) for relation in relations] + [("catalog_movie", "id")]:
        execute_for_ids(cursor, lambda marks: f"DELETE FROM {table} WHERE {column} IN ({marks})", orphans)  # noqa: B023
    for table, users, column in _WORDS:
        cursor.execute(f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM {users} WHERE {column} = {table}.id)")


def _same_films(cursor: Cursor, numbering: str, personal: list[Relation]) -> Iterator[tuple[int, int]]:
    """Yield the keys of old films and of the new ones they are: by IMDb's id, else by title and year."""
    used = " OR ".join(
        f"EXISTS (SELECT 1 FROM {relation.table} WHERE {relation.column} = catalog_movie.id)" for relation in personal
    )
    columns = "SELECT id, imdb_id, title, year FROM catalog_movie"
    cursor.execute(f"{columns} WHERE numbering <> %s AND ({used})", [numbering])
    old_films = cursor.fetchall()
    cursor.execute(f"{columns} WHERE numbering = %s ORDER BY number DESC", [numbering])
    new_films = cursor.fetchall()
    by_imdb_id = {imdb_id: key for key, imdb_id, _, _ in new_films if imdb_id}
    by_title = {(title.casefold(), year): key for key, _, title, year in new_films}
    for key, imdb_id, title, year in old_films:
        new = by_imdb_id.get(imdb_id) or by_title.get((title.casefold(), year))
        if new is not None:
            yield key, new


def _move(cursor: Cursor, relation: Relation, old: int, new: int) -> None:
    table, column = relation.table, relation.column
    same = "".join(f" AND other.{name} = {table}.{name}" for name in relation.others)
    taken = f"EXISTS (SELECT 1 FROM {table} other WHERE other.{column} = %s{same})"
    cursor.execute(f"DELETE FROM {table} WHERE {column} = %s AND {taken}", [old, new])
    cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {column} = %s", [new, old])


def _relations(model: str) -> Iterator[Relation]:
    """Yield what points to a model of the catalogue, in any app."""
    for related in apps.get_model("catalog", model)._meta.get_fields(include_hidden=True):
        if not isinstance(related, ManyToOneRel):  # which one-to-one relations are, too
            continue
        owner, key = related.related_model, related.field
        yield Relation(
            table=owner._meta.db_table,
            column=_column(key),
            cascades=related.on_delete is CASCADE,
            is_personal=_belongs_to_people(owner),
            others=_unique_with(owner, key.name),
        )


def _belongs_to_people(model: type[Model]) -> bool:
    """Whether a model's rows point to a person, or to something that does."""
    rater, pointed_to = apps.get_model("catalog", "Rater"), _pointed_to(model)
    return rater in pointed_to or any(rater in _pointed_to(other) for other in pointed_to)


def _pointed_to(model: Any) -> set[Any]:
    return {field.related_model for field in model._meta.fields if field.is_relation}


def _unique_with(model: type[Model], field: str) -> tuple[str, ...]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and field in constraint.fields:
            return tuple(_column(model._meta.get_field(name)) for name in constraint.fields if name != field)
    return ()


def _column(field: Any) -> str:
    return str(field.column)
