"""Runs the parsers over a release's files: from a dataset to rows and columns, with every bad line in the rejects."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, TypeVar

import numpy as np

from catalog.importer.columns import (
    GenomeScores,
    Integers,
    Minimums,
    Ratings,
    Selection,
    Taggings,
    collected,
    newest_taggings,
    places_among,
    select,
    sorted_numbers,
)
from catalog.importer.datasets import Dataset
from catalog.importer.parse import (
    Accepted,
    File,
    FileRefused,
    Film,
    Link,
    Person,
    Table,
    film_of,
    genome_name_of,
    link_of,
    open_table,
    parse_ratings,
    parse_rows,
    parse_scores,
    person_of,
    tag_use_of,
)
from catalog.importer.rejects import RejectsFile
from catalog.importer.result import Counts, Options, Progress

Row = TypeVar("Row")
Numbered = TypeVar("Numbered", Film, Link, Person)


@dataclass(frozen=True)
class ReadRelease:
    """A release as it was read: every film, person and pair once, filtered, and what was counted on the way.

    Films are in the order of `selection.films`. `links` and `people` are None when the release has no such file.
    """

    films: list[Film]
    links: dict[int, Link] | None
    people: dict[int, Person] | None
    selection: Selection
    taggings: Taggings
    genome: GenomeScores | None
    counts: dict[str, Counts]


class Reader:
    """Reads the files of one dataset, in the order in which they refer to each other."""

    def __init__(
        self, dataset: Dataset, options: Options, rejects: RejectsFile, progress: Progress, latest: int
    ) -> None:
        """Store what to read and how; `latest` is the last moment that a rating may be of, in seconds since 1970."""
        self.dataset, self.layout, self.options = dataset, dataset.layout, options
        self.rejects, self.progress, self.latest = rejects, progress, latest
        self.counts = {kind: Counts() for kind in ("movies", "ratings", "people", "tags")}

    def read(self) -> ReadRelease:
        """Read everything, or raise ImportRefused."""
        films = self._by_number(self.layout.films, film_of, self.counts["movies"]) or {}
        links = self._by_number(self.layout.links, link_of, Counts())
        columns = self.layout.people.columns if self.layout.people else ()
        people = self._by_number(self.layout.people, partial(person_of, columns=columns), self.counts["people"])
        if not films:
            raise FileRefused(f"{self.layout.films.name} has no film that could be read{self._first_reason()}.")
        selection = self._selection(sorted_numbers(films), None if people is None else sorted_numbers(people))
        return ReadRelease(
            films=[films[number] for number in selection.films.tolist()],
            links=links,
            people=people,
            selection=selection,
            taggings=self._taggings(selection, set(films)),
            genome=self._genome(selection, sorted_numbers(films)),
            counts=self.counts,
        )

    def _by_number(
        self, file: File | None, convert: Callable[[list[str]], Numbered], counts: Counts
    ) -> dict[int, Numbered] | None:
        """Return the rows of a file by their number, the last one of each; None when there is no such file."""
        if file is None or not self.dataset.has(file):
            return None
        found: dict[int, Numbered] = {}
        for rows in self._rows(file, convert, counts):
            found.update((row.number, row) for row in rows)
        counts.duplicate = counts.read - counts.rejected - len(found)
        return found

    def _selection(self, films: Integers, people: Integers | None) -> Selection:
        minimums = Minimums(self.options.min_user_ratings, self.options.min_movie_ratings)
        ratings = self._ratings(Accepted(films, people, self.latest))
        selection = select(ratings, people=people, films=films, minimums=minimums)
        self.counts["ratings"].duplicate, self.counts["ratings"].filtered = selection.duplicate, selection.filtered
        self.counts["movies"].filtered = len(films) - len(selection.films)
        self.counts["people"].filtered = selection.everybody - len(selection.people)
        if people is None:
            self.counts["people"].read = selection.everybody
        return selection

    def _ratings(self, accepted: Accepted) -> Ratings:
        counts, file = self.counts["ratings"], self.layout.ratings
        ratings = collected(self._rating_blocks(accepted, counts))
        if not counts.read:
            raise FileRefused(f"{file.name} has no ratings.")
        if counts.rejected == counts.read:
            raise FileRefused(f"{file.name} has no rating that could be read{self._first_reason()}.")
        return ratings

    def _rating_blocks(self, accepted: Accepted, counts: Counts) -> Iterator[Ratings]:
        with self._opened(self.layout.ratings) as table:
            for block in parse_ratings(table, accepted, limit=self.options.limit):
                counts.read += block.read
                counts.rejected += self.rejects.add(block.rejects)
                yield Ratings(block.people, block.films, block.half_stars, block.times)

    def _taggings(self, selection: Selection, films: set[int]) -> Taggings:
        """Return the uses of tags; those by people and on films that were left out count as filtered."""
        file, counts, places = self.layout.tags, self.counts["tags"], _Places()
        pieces = [np.zeros((4, 0), dtype=np.int64)]
        if file is not None and self.dataset.has(file):
            convert = partial(tag_use_of, films=films, latest=self.latest)
            for uses in self._rows(file, convert, counts):
                rows = [(use.person, use.film, places.of(use.folded, use.tag), use.time) for use in uses]
                pieces.append(np.array(rows, dtype=np.int64).reshape(-1, 4).T)
        people, on_films, tags, times = np.concatenate(pieces, axis=1)
        people, on_films = places_among(selection.people, people), places_among(selection.films, on_films)
        kept = (people >= 0) & (on_films >= 0)
        every = Taggings(people[kept], on_films[kept], tags[kept], times[kept], places.names)
        newest = newest_taggings(every, len(selection.films))
        counts.filtered = len(kept) - len(every.people)
        counts.duplicate = len(every.people) - len(newest.people)
        return newest

    def _genome(self, selection: Selection, films: Integers) -> GenomeScores | None:
        names_file, scores_file = self.layout.genome_names, self.layout.genome_scores
        if names_file is None or scores_file is None or not self.dataset.has(names_file):
            return None
        names = {row.number: row.name for rows in self._rows(names_file, genome_name_of, Counts()) for row in rows}
        if not names or not self.dataset.has(scores_file):
            return None
        relevance = np.zeros((len(selection.films), max(names)), dtype=np.float16)
        scored = np.zeros(len(selection.films), dtype=bool)
        with self._opened(scores_file) as table:
            for block in parse_scores(table, films=films, tags=max(names)):
                self.rejects.add(block.rejects)
                places = places_among(selection.films, block.films)
                kept = places >= 0
                relevance[places[kept], block.tags[kept] - 1] = block.relevance[kept]
                scored[places[kept]] = True
        return GenomeScores(names, np.flatnonzero(scored), relevance[scored])

    def _rows(self, file: File, convert: Callable[[list[str]], Row], counts: Counts) -> Iterator[list[Row]]:
        """Yield a file's good rows block by block; the others go to the rejects, and all are counted."""
        with self._opened(file) as table:
            for block in parse_rows(table, convert):
                counts.read += len(block.rows) + len(block.rejects)
                counts.rejected += self.rejects.add(block.rejects)
                yield block.rows

    @contextmanager
    def _opened(self, file: File) -> Iterator[Table]:
        size = self.dataset.size(file)
        with self.dataset.open(file) as stream:
            yield open_table(_Watched(stream, partial(self.progress, file.name), size), file)

    def _first_reason(self) -> str:
        first = self.rejects.first
        return f" (line {first.line} of {first.file}: {first.reason[:-1]})" if first else ""


class _Places:
    """Numbers words from 0, and keeps each as it was first written."""

    def __init__(self) -> None:
        self.names: list[tuple[str, str]] = []
        self._places: dict[str, int] = {}

    def of(self, folded: str, word: str) -> int:
        place = self._places.setdefault(folded, len(self.names))
        if place == len(self.names):
            self.names.append((folded, word))
        return place


class _Watched:
    """A stream that tells how much of it has been read."""

    def __init__(self, stream: BinaryIO, progress: Callable[[int, int], None], size: int) -> None:
        self._stream, self._progress, self._size, self._done = stream, progress, size, 0

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._done += len(data)
        self._progress(self._done, self._size)
        return data
