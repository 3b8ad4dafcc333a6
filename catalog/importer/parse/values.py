"""From the text of a field to its value, or to the reason why it has none."""

import re

from catalog.importer.parse.lines import BadRow

# Films and people are numbered below this, so that their numbers fit 32 bits.
LIMIT_OF_IDS = 2**31
LONGEST_NUMBER = 20

_DECIMAL = re.compile(r"[0-9]*\.?[0-9]*")


def whole_number(text: str, column: str) -> int:
    """Return a number that is written with the digits 0 to 9 alone."""
    if not (text.isascii() and text.isdigit()):
        if text.startswith("-") and text[1:].isascii() and text[1:].isdigit():
            raise BadRow(column, "out_of_range", f"{column} is negative.")
        raise BadRow(column, "not_a_number", f"{column} is not a whole number.")
    return int(text[-LONGEST_NUMBER:]) if not text[:-LONGEST_NUMBER].strip("0") else 10**LONGEST_NUMBER


def id_number(text: str, column: str) -> int:
    """Return the number of a film or person."""
    number = whole_number(text, column)
    if not 0 < number < LIMIT_OF_IDS:
        raise BadRow(column, "out_of_range", f"{column} must be from 1 to {LIMIT_OF_IDS - 1}.")
    return number


def half_stars(text: str, column: str) -> int:
    """Return the half stars (1 to 10) of a rating in stars."""
    if not _DECIMAL.fullmatch(text) or not text.strip("."):
        raise BadRow(column, "not_a_number", f"{column} is not a number of stars.")
    doubled = float(text) * 2
    if not 1 <= doubled <= 10:
        raise BadRow(column, "out_of_range", f"{column} must be from 0.5 to 5 stars.")
    if doubled != int(doubled):
        raise BadRow(column, "not_half_stars", f"{column} must be in half stars.")
    return int(doubled)


def unix_time(text: str, column: str, *, latest: int) -> int:
    """Return a time in whole seconds since 1970 that is not after `latest`."""
    seconds = whole_number(text, column)
    if seconds > latest:
        why = "is in milliseconds" if latest < seconds <= latest * 1000 and len(text) == 13 else "is in the future"
        raise BadRow(column, "out_of_range", f"{column} {why}; it must be in seconds since 1970.")
    return seconds


def short_text(text: str, column: str, *, longest: int) -> str:
    """Return a text without surrounding or doubled blanks, that is there and fits its column."""
    tidy = " ".join(text.split())
    if not tidy:
        raise BadRow(column, "empty", f"{column} is empty.")
    if len(tidy) > longest:
        raise BadRow(column, "too_long", f"{column} is longer than {longest} characters.")
    return tidy
