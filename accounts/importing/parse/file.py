"""Opens what was brought, a file or a zip of files, and reads all of it that is about ratings."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePosixPath

from accounts.importing.parse.documents import json_records, xml_records
from accounts.importing.parse.records import RATING, Record, row_of, source_of
from accounts.importing.parse.refusal import FileRefused
from accounts.importing.parse.rows import SCALES, Brought, Kind, Row, Scale, Source, guessed_scale, last_of_each
from accounts.importing.parse.text import decoded, records_of
from catalog.archive import ArchiveRefused, ZipSource

MOST_BYTES = 5 * 1024**2
MOST_UNPACKED = 4 * MOST_BYTES
MOST_ROWS = 50_000

TOO_LARGE = f"A file of ratings is at most {MOST_BYTES // 1024**2} MB; this one is larger. Please bring it in parts."
# What is read from an archive, in the order of reading: where two files name one film, the later one counts.
_READ = ("watchlist", "wishlist", "watched", "diary", "ratings", "rankings")
_FORMATS = {".csv", ".tsv", ".txt", ".json", ".xml"}
# Letterboxd puts what its owner has deleted, and lists of other kinds, into folders of their own.
_FOLDERS_LEFT_OUT = {"deleted", "orphaned", "likes", "lists", "__macosx"}
_WANTED = re.compile(r"watchlist|wishlist", re.IGNORECASE)


def read(name: str, data: bytes) -> Brought:
    """Return what the file called `name` says about films, or raise FileRefused.

    Of several rows about one film the last one counts. MOST_BYTES, MOST_UNPACKED and MOST_ROWS bound the work.
    """
    if len(data) > MOST_BYTES:
        raise FileRefused(TOO_LARGE)
    if not data.strip():
        raise FileRefused("This file is empty.")
    source, records = _one_source(_parts(name, data))
    _refuse_many_people(records)
    rows = [row_of(record, kind) for record, kind in records]
    named = last_of_each(row for row in rows if row.names_a_film)
    if not named:
        raise FileRefused("No films could be found in this file: it has no rows below its headings.")
    nameless = [replace(row, kind=Kind.UNREADABLE) for row in rows if not row.names_a_film]
    return _with_scale(source, named + nameless, has_only_points=_has_only_points(records))


def _parts(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files to read, as (name, bytes)."""
    if data.startswith(b"PK"):
        yield from _unpacked(name, data)
    else:
        yield name, data


def _unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        archive = ZipSource(Path(name or "archive.zip"), io.BytesIO(data))
        sizes = archive.sizes()
        chosen = _chosen(sizes)
        if not chosen:
            raise FileRefused("There is no file of ratings in this archive: please bring the file itself.")
        if sum(sizes[path] for path in chosen) > MOST_UNPACKED:
            raise FileRefused(TOO_LARGE)
        for path in chosen:
            yield path, archive.open(path).read(MOST_UNPACKED)
    except ArchiveRefused as refused:
        raise FileRefused(str(refused)) from refused


def _chosen(paths: dict[str, int]) -> list[str]:
    """Return the files of an archive that are about ratings; the only one there is, whatever it is called."""
    readable = [path for path in paths if _may_be_read(PurePosixPath(path))]
    chosen = [(place, path) for path in readable if (place := _place(path)) is not None]
    return [path for _, path in sorted(chosen)] or (readable if len(readable) == 1 else [])


def _may_be_read(path: PurePosixPath) -> bool:
    return path.suffix.casefold() in _FORMATS and not _FOLDERS_LEFT_OUT & {part.casefold() for part in path.parts[:-1]}


def _place(path: str) -> int | None:
    stem = PurePosixPath(path).stem.casefold()
    return next((place for place, word in enumerate(_READ) if word in stem), None)


def _one_source(parts: Iterator[tuple[str, bytes]]) -> tuple[Source, list[tuple[Record, Kind]]]:
    """Return whose files they are, and all of their records with the kind of those that have no rating."""
    sources: list[Source] = []
    records: list[tuple[Record, Kind]] = []
    for name, data in parts:
        if not data.strip():
            continue
        source, found = _records(data)
        wants = _WANTED.search(name) is not None
        sources.append(source)
        for record in found:
            if len(records) == MOST_ROWS:
                raise FileRefused(f"This file has more than {MOST_ROWS:,} rows: please bring it in parts.")
            records.append((record, Kind.WANTED if wants or _is_listed(record) else Kind.SEEN))
    if len(set(sources)) > 1:
        raise FileRefused("This archive has files of several sites: please bring one at a time.")
    if not sources:
        raise FileRefused("This file is empty.")
    return sources[0], records


def _is_listed(record: Record) -> bool:
    """Whether a record is from one of IMDb's or Trakt's lists, which have a place or a date of listing."""
    return bool(record.get("position") and record.get("const")) or bool(record.get("listedat"))


def _records(data: bytes) -> tuple[Source, Iterator[Record]]:
    """Return whose file it is, and its records, each made when it is asked for."""
    text = decoded(data)
    beginning = text.lstrip()[:1]
    if beginning in {"[", "{"}:
        return Source.TRAKT, json_records(text)
    if beginning == "<":
        return Source.CRITICKER, xml_records(text)
    records = records_of(text)
    first = next(records)
    return source_of(first), chain([first], records)


def _refuse_many_people(records: list[tuple[Record, Kind]]) -> None:
    people = {record["userid"] for record, _ in records if record.get("userid")}
    if len(people) > 1:
        raise FileRefused(f"This file has the ratings of {len(people):,} people: please bring only your own.")


def _has_only_points(records: list[tuple[Record, Kind]]) -> bool:
    """Whether all ratings are in a column that says that ten is the most."""
    return {name for record, _ in records for name in RATING if record.get(name)} == {"rating10"}


def _with_scale(source: Source, rows: list[Row], *, has_only_points: bool) -> Brought:
    known = Scale.TEN if has_only_points else SCALES.get(source)
    scale = known or guessed_scale(row.rating for row in rows if row.rating is not None)
    return Brought(source, scale, known is None, rows)
