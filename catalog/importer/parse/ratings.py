"""From ratings files to columns of numbers, fast where a block is plainly fine, line by line where it is not."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from catalog.importer.parse.lines import BadRow, Block, Reject, numbered_lines
from catalog.importer.parse.numbers import read_numbers
from catalog.importer.parse.tables import Table
from catalog.importer.parse.values import LIMIT_OF_IDS, half_stars, id_number, unix_time

Column = npt.NDArray[Any]

# A block that is not plainly fine is halved down to this size, so that one bad line costs little time.
SMALLEST_BLOCK = 32_768


class RatingBlock(NamedTuple):
    """Ratings in the order of the file: one array per column, all of one length; and the lines not taken."""

    people: npt.NDArray[np.int32]
    films: npt.NDArray[np.int32]
    half_stars: npt.NDArray[np.uint8]
    times: npt.NDArray[np.uint32]
    rejects: list[Reject]

    @property
    def read(self) -> int:
        """The number of lines that were read."""
        return len(self.people) + len(self.rejects)


class Accepted(NamedTuple):
    """What a rating may refer to: sorted numbers of films and of people (None: anybody), and the latest time."""

    films: npt.NDArray[np.integer]
    people: npt.NDArray[np.integer] | None
    latest: int


def parse_ratings(table: Table, accepted: Accepted, *, limit: int | None = None) -> Iterator[RatingBlock]:
    """Yield a table's ratings, those of the first `limit` lines if given.

    Takes about 0.2 s per million plainly written ratings, and the memory of one block.
    """
    left = limit
    for block in table.blocks:
        if left is not None and block.data.count(b"\n") >= left:
            block = _head(block, left)  # noqa: PLW2901
        for parsed in _parse(block, table, accepted):
            yield parsed
            left = None if left is None else left - parsed.read
        if left == 0:
            return


def _head(block: Block, rows: int) -> Block:
    """Return the first `rows` lines of a block that are not blank, with the blank ones between them."""
    last = block.first_line - 1
    for _, (number, _) in zip(range(rows), numbered_lines(block), strict=False):
        last = number
    lines = block.data.split(b"\n")[: last - block.first_line + 1]
    return Block(block.first_line, b"\n".join(lines))


def _parse(block: Block, table: Table, accepted: Accepted) -> Iterator[RatingBlock]:
    parsed = _parse_fast(block, table, accepted)
    middle = block.data.find(b"\n", len(block.data) // 2) + 1
    if parsed is not None:
        yield parsed
    elif len(block.data) <= SMALLEST_BLOCK or middle in {0, len(block.data)}:
        yield _parse_carefully(block, table, accepted)
    else:
        second = block.first_line + block.data.count(b"\n", 0, middle)
        yield from _parse(Block(block.first_line, block.data[:middle]), table, accepted)
        yield from _parse(Block(second, block.data[middle:]), table, accepted)


def _parse_fast(block: Block, table: Table, accepted: Accepted) -> RatingBlock | None:
    """Return a block's ratings, or None when a line of it is not plainly four numbers."""
    frame = read_numbers(block.data, table, decimal="rating")
    if frame is None:
        return None
    people, films, stars, times = (frame[column].to_numpy() for column in table.file.columns)
    good = _is_good(people, films, stars, times, accepted)
    rejects = _rejects(block, np.flatnonzero(~good), table, accepted)
    if len(rejects) < len(good) - np.count_nonzero(good):
        return None
    return RatingBlock(
        people[good].astype(np.int32),
        films[good].astype(np.int32),
        (stars[good] * 2).astype(np.uint8),
        times[good].astype(np.uint32),
        rejects,
    )


def _is_good(people: Column, films: Column, stars: Column, times: Column, accepted: Accepted) -> npt.NDArray[np.bool_]:
    """Say of each row what `_rating_of` says of it."""
    doubled = stars * 2
    good = (people > 0) & (people < LIMIT_OF_IDS) & (films > 0) & (films < LIMIT_OF_IDS)
    good &= (doubled >= 1) & (doubled <= 10) & (doubled == np.floor(doubled))
    good &= (times >= 0) & (times <= accepted.latest) & np.isin(films, accepted.films)
    return good if accepted.people is None else good & np.isin(people, accepted.people)


def _rejects(block: Block, rows: npt.NDArray[np.intp], table: Table, accepted: Accepted) -> list[Reject]:
    """Return the reasons why some rows of a block, of which every line is a row, are not good."""
    if not len(rows):
        return []
    lines = block.data.split(b"\n")
    results = (
        _rating_or_reject(lines[row].removesuffix(b"\r"), block.first_line + row, table, accepted)
        for row in rows.tolist()
    )
    return [result for result in results if isinstance(result, Reject)]


def _parse_carefully(block: Block, table: Table, accepted: Accepted) -> RatingBlock:
    results = [_rating_or_reject(raw, number, table, accepted) for number, raw in numbered_lines(block)]
    rejects = [result for result in results if isinstance(result, Reject)]
    ratings = [result for result in results if not isinstance(result, Reject)]
    columns = np.array(ratings, dtype=np.int64).reshape(-1, 4).T
    return RatingBlock(
        columns[0].astype(np.int32),
        columns[1].astype(np.int32),
        columns[2].astype(np.uint8),
        columns[3].astype(np.uint32),
        rejects,
    )


def _rating_or_reject(raw: bytes, number: int, table: Table, accepted: Accepted) -> tuple[int, int, int, int] | Reject:
    try:
        return _rating_of(table.fields(raw), accepted)
    except BadRow as bad:
        return bad.at(table.file.name, number, raw)


def _rating_of(fields: list[str], accepted: Accepted) -> tuple[int, int, int, int]:
    person, film = id_number(fields[0], "userId"), id_number(fields[1], "movieId")
    stars, time = half_stars(fields[2], "rating"), unix_time(fields[3], "timestamp", latest=accepted.latest)
    if not _is_among(accepted.films, film):
        raise BadRow("movieId", "unknown_movie", f"There is no film {film}.")
    if accepted.people is not None and not _is_among(accepted.people, person):
        raise BadRow("userId", "unknown_person", f"There is no person {person}.")
    return person, film, stars, time


def _is_among(numbers: npt.NDArray[np.integer], number: int) -> bool:
    place = int(np.searchsorted(numbers, number))
    return place < len(numbers) and int(numbers[place]) == number
