"""Writes films, tags and ratings down as a folder of MovieLens files."""

import csv
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from catalog.sample.films import HERE, Film
from catalog.sample.folders import FolderRefused, whole_folder
from catalog.sample.invention import films_for, taggings_for
from catalog.sample.lines import rating_lines
from catalog.sample.ratings import Stream, random_stream, rating_blocks
from catalog.sample.size import Size

BYTES_PER_RATING = 30


def write_folder(folder: Path, size: Size, progress: Callable[[int], object]) -> None:
    """Write movies.csv, tags.csv and ratings.csv of that size to `folder`, all of them or none.

    `progress` is told how many ratings were written since it was last called. Raises FolderRefused (a folder that
    holds something else, too small a disk) and OSError.
    """
    _refuse_full_disk(folder, BYTES_PER_RATING * size.ratings)
    with whole_folder(folder, label_of(size)) as draft:
        films = films_for(size.films, random_stream(size, Stream.FILMS))
        _write_movies(draft / "movies.csv", films)
        taggings = taggings_for(films, size.people, random_stream(size, Stream.TAGS))
        _write_csv(draft / "tags.csv", ["userId", "movieId", "tag", "timestamp"], taggings)
        with (draft / "ratings.csv").open("wb") as file:
            file.write(b"userId,movieId,rating,timestamp\r\n")
            for ratings in rating_blocks(films, size):
                file.write(rating_lines(*ratings))
                progress(len(ratings.person))


def label_of(size: Size) -> dict[str, Any]:
    """Return what tells a folder of that size from every other: the size, and a fingerprint of this very generator."""
    code = sha256()
    for path in sorted([*HERE.glob("*.py"), *HERE.glob("*.csv")]):
        code.update(path.read_bytes())
    return {"generator": code.hexdigest(), **asdict(size)}


def _refuse_full_disk(folder: Path, size: int) -> None:
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    disk = shutil.disk_usage(place)
    if disk.total and size > disk.free:
        raise FolderRefused(f"{folder} needs about {size / 1e9:,.1f} GB; only {disk.free / 1e9:,.1f} GB are free.")


def _write_movies(path: Path, films: list[Film]) -> None:
    rows = ((number, film.title, "|".join(film.genres)) for number, film in enumerate(films, 1))
    _write_csv(path, ["movieId", "title", "genres"], rows)


def _write_csv(path: Path, header: list[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows(rows)
