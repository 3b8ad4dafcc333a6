"""Reads single cells, which come from anywhere: what cannot be meant is as if it were not there."""

import math
import re
from datetime import UTC, datetime

LONGEST_TITLE = 300
_FIRST_YEAR, _LAST_YEAR = 1870, 2100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IMDB_ID = re.compile(r"(?:.*/)?(?:tt)?0*(\d{1,10})/?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,13})(?:\.0*)?", re.ASCII)
_DATES = ("%b %d %Y, %H:%M", "%a %b %d %H:%M:%S %Y", "%Y/%m/%d", "%d.%m.%Y", "%d %b %Y", "%b %d, %Y")


def text(cell: object) -> str:
    """Return a cell on one line, without what cannot be shown or stored, and no longer than a title is."""
    plain = str("" if cell is None else cell)[: 4 * LONGEST_TITLE]
    if not plain.isprintable():
        plain = "".join(letter if letter.isprintable() else " " for letter in plain)
    return " ".join(plain.split())[:LONGEST_TITLE]


def whole(cell: object) -> int | None:
    """Return a number without a fraction, "1995" and "1995.0" alike."""
    found = _WHOLE.fullmatch(text(cell))
    return int(found[1]) if found else None


def key(cell: object) -> int | None:
    """Return the number of a film in somebody's numbering."""
    number = whole(cell)
    return number if number and number < 10**10 else None


def imdb_key(cell: object) -> int | None:
    """Return 113277 for "tt0113277", "0113277" and the address of the film's page."""
    found = _IMDB_ID.fullmatch(text(cell))
    return int(found[1]) or None if found else None


def year(cell: object) -> int | None:
    """Return a year that a film can be of."""
    number = whole(cell)
    return number if number and _FIRST_YEAR <= number <= _LAST_YEAR else None


def number(cell: object) -> float | None:
    """Return "4.5" and "4,5" as a number; NaN for words and for what is no number."""
    written = text(cell).replace(",", ".")
    if not written:
        return None
    try:
        return float(written)
    except ValueError:
        return math.nan


def moment(cell: object) -> datetime | None:
    """Return seconds or milliseconds since 1970, or a date in one of the ways that sites write them, in UTC."""
    written = text(cell)
    try:
        found = _from_seconds(int(written)) if written.isdecimal() else _from_words(written)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found is not None and found >= _EPOCH else None


def _from_seconds(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds / 1000 if seconds >= 10**11 else seconds, UTC)


def _from_words(written: str) -> datetime | None:
    found = _parsed(written, None) or next((date for form in _DATES if (date := _parsed(written, form))), None)
    if found is None:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _parsed(written: str, form: str | None) -> datetime | None:
    """Return a date in some form; None stands for ISO 8601."""
    try:
        # A date without a zone is taken for UTC by whoever asked.
        return datetime.strptime(written, form) if form else datetime.fromisoformat(written)  # noqa: DTZ007
    except ValueError:
        return None
