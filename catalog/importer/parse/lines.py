"""From a stream of bytes to lines, and from a line to its fields: the part that meets broken text first."""

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from catalog.importer.parse.layouts import File

BLOCK_SIZE = 8 * 1024 * 1024
# No line of any release is near this long; what is longer is a broken file, and is not worth holding in memory.
LONGEST_LINE = 65_536
LONGEST_REJECTED_TEXT = 1_000

_CONTROL_CHARACTERS = re.compile("[\x80-\x9f]")


class Readable(Protocol):
    """All that is asked of a stream."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Reject(NamedTuple):
    """A line that is not taken: where it is, what is wrong with it (for programs and for people), and its text."""

    file: str
    line: int
    column: str
    code: str
    reason: str
    text: str


class BadRow(ValueError):
    """What is wrong with a line; `column` is empty when it is wrong as a whole."""

    def __init__(self, column: str, code: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.code, self.reason = column, code, reason

    def at(self, file: str, line: int, raw: bytes) -> Reject:
        """Return it as the reject of one line."""
        text = raw[: 4 * LONGEST_REJECTED_TEXT].decode("utf-8", "backslashreplace").rstrip("\r\n")
        if len(text) > LONGEST_REJECTED_TEXT:
            text = f"{text[:LONGEST_REJECTED_TEXT]}…"
        return Reject(file, line, self.column, self.code, self.reason, text)


class Block(NamedTuple):
    """Some whole lines of a file, and the number of the first."""

    first_line: int
    data: bytes


def blocks(stream: Readable, *, size: int = BLOCK_SIZE) -> Iterator[Block]:
    """Cut a file into blocks of about `size` bytes at line ends.

    Of a line longer than LONGEST_LINE only so much is kept that everybody can see it is too long.
    """
    line, rest = 1, b""
    while chunk := stream.read(size):
        data = rest + chunk
        end = data.rfind(b"\n") + 1
        if end:
            yield Block(line, data[:end])
            line += data.count(b"\n", 0, end)
        rest = data[end:][: LONGEST_LINE + 1] if len(data) - end > LONGEST_LINE else data[end:]
    if rest:
        yield Block(line, rest)


def numbered_lines(block: Block) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number, without its line end."""
    for offset, raw in enumerate(block.data.split(b"\n")):
        line = raw[:-1] if raw.endswith(b"\r") else raw
        if line:
            yield block.first_line + offset, line


def fields_of(raw: bytes, file: File) -> list[str]:
    """Return the fields of one line, or raise BadRow."""
    return _split(_decode(raw, latin_1=file.latin_1), file.delimiter)


def _decode(raw: bytes, *, latin_1: bool) -> str:
    if len(raw) > LONGEST_LINE:
        raise BadRow("", "too_long", f"The line is longer than {LONGEST_LINE:,} bytes.")
    if b"\0" in raw:
        raise BadRow("", "nul_byte", f"Byte {raw.index(0) + 1} of the line is NUL.")
    if b"\r" in raw:
        raise BadRow("", "lone_carriage_return", "There is a carriage return in the middle of the line.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        # Latin-1 text that happens to be UTF-8 does not occur: such a file was converted by somebody.
        text = raw.decode("latin-1")
        if latin_1 and not _CONTROL_CHARACTERS.search(text):
            return text
        encoding = "Latin-1" if latin_1 else "UTF-8"
        raise BadRow("", "bad_encoding", f"Byte {error.start + 1} of the line is not {encoding}.") from None


def _split(line: str, delimiter: str) -> list[str]:
    if delimiter != "," or '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise BadRow("", "unclosed_quote", "A quotation mark is opened and not closed on this line.") from None
        raise BadRow("", "bad_quote", "Text follows a closing quotation mark.") from None
