"""From the tag genome's files to names, and to how much each tag fits each film."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from catalog.importer.parse.lines import BadRow, Block, Reject, numbered_lines
from catalog.importer.parse.numbers import read_numbers
from catalog.importer.parse.tables import Table
from catalog.importer.parse.values import id_number, short_text

LONGEST_NAME = 255
# Each film has a number for each tag, so tags are numbered from 1 without big gaps.
MOST_TAGS = 10_000


class GenomeName(NamedTuple):
    """A tag of the genome."""

    number: int
    name: str


class ScoreBlock(NamedTuple):
    """How much tags fit films, in the order of the file: three arrays of one length; and the lines not taken."""

    films: npt.NDArray[np.int64]
    tags: npt.NDArray[np.int64]
    relevance: npt.NDArray[np.float64]
    rejects: list[Reject]


def genome_name_of(fields: list[str]) -> GenomeName:
    """Return the tag of a line of genome-tags.csv."""
    return GenomeName(_tag_number(fields[0]), short_text(fields[1], "tag", longest=LONGEST_NAME))


def parse_scores(table: Table, *, films: npt.NDArray[np.integer], tags: int) -> Iterator[ScoreBlock]:
    """Yield the scores of genome-scores.csv, 15 million in ml-25m, for films of these numbers and that many tags."""
    known = set(films.tolist())
    for block in table.blocks:
        frame = read_numbers(block.data, table, decimal="relevance", exponents=True)
        fast = None if frame is None else _as_block(frame, table)
        yield fast if fast is not None and _is_fine(fast, films, tags) else _parse_carefully(block, table, known, tags)


def _as_block(frame: pd.DataFrame, table: Table) -> ScoreBlock:
    films, tags, relevance = (frame[name].to_numpy() for name in table.file.columns)
    return ScoreBlock(films, tags, relevance, [])


def _is_fine(block: ScoreBlock, films: npt.NDArray[np.integer], tags: int) -> bool:
    return bool(
        np.isin(block.films, films).all()
        and ((block.tags > 0) & (block.tags <= tags)).all()
        and ((block.relevance >= 0) & (block.relevance <= 1)).all()
    )


def _parse_carefully(block: Block, table: Table, films: set[int], tags: int) -> ScoreBlock:
    scores: list[tuple[int, int, float]] = []
    rejects: list[Reject] = []
    for number, raw in numbered_lines(block):
        try:
            film, tag, relevance = table.fields(raw)
            score = (id_number(film, "movieId"), _tag_number(tag), _relevance(relevance))
            if score[0] not in films:
                raise BadRow("movieId", "unknown_movie", f"There is no film {film}.")
            if score[1] > tags:
                raise BadRow("tagId", "unknown_tag", f"There is no tag {tag}.")
            scores.append(score)
        except BadRow as bad:
            rejects.append(bad.at(table.file.name, number, raw))
    columns = np.array(scores, dtype=np.float64).reshape(-1, 3).T
    return ScoreBlock(columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2], rejects)


def _tag_number(text: str) -> int:
    number = id_number(text, "tagId")
    if number > MOST_TAGS:
        raise BadRow("tagId", "out_of_range", f"tagId must be from 1 to {MOST_TAGS:,}.")
    return number


def _relevance(text: str) -> float:
    try:
        relevance = float(text) if text.isascii() else -1.0
    except ValueError:
        raise BadRow("relevance", "not_a_number", "relevance is not a number.") from None
    if not 0 <= relevance <= 1:
        raise BadRow("relevance", "out_of_range", "relevance must be from 0 to 1.")
    return relevance
