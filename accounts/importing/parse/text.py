"""Reads a file's bytes as text and text as tables, whatever program wrote them."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import chain

from accounts.importing.parse.records import column
from accounts.importing.parse.refusal import FileRefused

# No site has half as many; what stands further to the right is not read.
MOST_COLUMNS = 100
_DELIMITERS = ",;\t|"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(data: bytes) -> str:
    """Return the text of a file: in UTF-8 or UTF-16, else as Windows writes western languages."""
    for encoding in (*(name for mark, name in _MARKS if data.startswith(mark)), _by_zeros(data), "utf-8"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace").replace("\0", "")


def records_of(text: str) -> Iterator[dict[str, object]]:
    """Yield a table's rows as {column: cell}, an empty one if there is none; raise FileRefused for a broken table."""
    lines = csv.reader(io.StringIO(text.strip(), newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = [column(heading) for heading in next(lines, [])[:MOST_COLUMNS]]
        rows = (cells for cells in lines if any(cells))
        for cells in chain([next(rows, [""] * len(columns))], rows):
            # What stands under a heading that comes twice is read from the first of them.
            yield dict(reversed(list(zip(columns, cells, strict=False))))
    except csv.Error as error:
        raise FileRefused(
            f"Line {lines.line_num:,} of this table cannot be read: most likely a quotation mark is missing there."
        ) from error


def _delimiter(text: str) -> str:
    """Return what stands between the headings of a table."""
    head = text.strip().partition("\n")[0]
    return max(_DELIMITERS, key=head.count)


def _by_zeros(data: bytes) -> str:
    """Return UTF-16 where every other byte of the beginning is zero, as in western text without a mark."""
    head = data[:200]
    if len(head) > 3 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if len(head) > 3 and head[::2].count(0) > len(head) // 4 else "utf-8"
