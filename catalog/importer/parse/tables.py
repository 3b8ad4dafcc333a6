"""From a file to rows: checks that it is the file it should be, finds its columns, and converts line by line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

from catalog.importer.parse.layouts import File
from catalog.importer.parse.lines import BLOCK_SIZE, BadRow, Block, Readable, Reject, blocks, fields_of, numbered_lines
from catalog.refusal import ImportRefused

Row = TypeVar("Row")

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = b"\t\n\r"
_CONTROLS = bytes(set(range(32)) - set(_TEXT_CONTROLS))


class FileRefused(ImportRefused):
    """A file that is not what its name says, as a whole."""


@dataclass(frozen=True)
class Table:
    """A file whose columns have been found: `order` has the place of each of the file's columns in its lines."""

    file: File
    order: tuple[int, ...]
    blocks: Iterator[Block]

    def fields(self, raw: bytes) -> list[str]:
        """Return the fields of one line in the order of `file.columns`, or raise BadRow."""
        fields = fields_of(raw, self.file)
        if len(fields) != len(self.order):
            code = "too_few_fields" if len(fields) < len(self.order) else "too_many_fields"
            raise BadRow("", code, f"The line has {len(fields)} fields instead of {len(self.order)}.")
        return [fields[place] for place in self.order]


class RowBlock(NamedTuple, Generic[Row]):
    """What came of one block: the good rows and the others."""

    rows: list[Row]
    rejects: list[Reject]


def open_table(stream: Readable, file: File, *, block_size: int = BLOCK_SIZE) -> Table:
    """Find the columns of a file, or raise FileRefused when it is empty, not text, or has other columns."""
    pieces = blocks(stream, size=block_size)
    first = next(pieces, None)
    if first is None:
        raise FileRefused(f"{file.name} is empty.")
    _check_text(first.data, file)
    first = Block(1, first.data.removeprefix(_UTF_8_MARK))
    if not file.has_header:
        return Table(file, tuple(range(len(file.columns))), chain([first], pieces))
    header, _, rest = first.data.partition(b"\n")
    return Table(file, _order(header, file), chain([Block(2, rest)], pieces))


def parse_rows(table: Table, convert: Callable[[list[str]], Row]) -> Iterator[RowBlock[Row]]:
    """Convert every line of a table; `convert` raises BadRow for the fields that it does not take."""
    for block in table.blocks:
        result: RowBlock[Row] = RowBlock([], [])
        for number, raw in numbered_lines(block):
            try:
                result.rows.append(convert(table.fields(raw)))
            except BadRow as bad:
                result.rejects.append(bad.at(table.file.name, number, raw))
        yield result


def _check_text(data: bytes, file: File) -> None:
    if data.startswith(_UTF_16_MARKS):
        raise FileRefused(f"{file.name} is in UTF-16; save it as UTF-8.")
    start = data[:4096]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    if controls * 10 > len(start):
        raise FileRefused(f"{file.name} is not a text file.")


def _order(header: bytes, file: File) -> tuple[int, ...]:
    """Return the place of each of the file's columns among those that the header names."""
    expected = file.delimiter.join(file.columns)
    try:
        names = [name.strip() for name in fields_of(header.removesuffix(b"\r"), file)]
    except BadRow as bad:
        raise FileRefused(f"{file.name} must start with the line {expected}: {bad.reason}") from None
    if len(names) == 1 and all(column in names[0] for column in file.columns):
        raise FileRefused(f"{file.name} must separate its columns with commas, as in {expected}.")
    if not set(names) & set(file.columns):
        raise FileRefused(f"{file.name} has no header: its first line must be {expected}.")
    missing = [column for column in file.columns if column not in names]
    if missing:
        raise FileRefused(f"{file.name} has no column {missing[0]}: its first line must be {expected}.")
    if len(names) > len(file.columns):
        raise FileRefused(f"{file.name} has more columns than it should: its first line must be {expected}.")
    return tuple(names.index(column) for column in file.columns)
