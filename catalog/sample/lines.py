"""Columns of numbers become lines of text, millions at a time: digits are looked up, four at once."""

import numpy as np
from numpy.typing import NDArray

CHUNK = 10_000
_DIGITS = np.frombuffer("".join(f"{number:04}" for number in range(CHUNK)).encode(), dtype=np.uint8).reshape(CHUNK, 4)
# The same without leading zeros: where one would stand is a zero byte, which `rating_lines` leaves out.
_LEADING = np.frombuffer("".join(f"{number or '':\0>4}" for number in range(CHUNK)).encode(), dtype=np.uint8).reshape(
    CHUNK, 4
)
_STARS = np.frombuffer("".join(f",{half / 2:.1f}," for half in range(11)).encode(), dtype=np.uint8).reshape(11, 5)


def rating_lines(
    person: NDArray[np.int64], film: NDArray[np.int64], half_stars: NDArray[np.int8], time: NDArray[np.int64]
) -> bytes:
    """Return lines of ratings.csv ("1,296,5.0,1147880044", ended by CRLF). All numbers are above 0."""
    comma, end = np.broadcast_to(np.uint8(ord(",")), (len(person), 1)), np.frombuffer(b"\r\n", dtype=np.uint8)
    columns = [
        *_digits(person),
        comma,
        *_digits(film),
        _STARS[half_stars],
        *_digits(time),
        np.broadcast_to(end, (len(person), 2)),
    ]
    text = np.hstack(columns).ravel()
    return bytes(text[text != 0])


def _digits(numbers: NDArray[np.int64]) -> list[NDArray[np.uint8]]:
    """Return the decimal digits of each number, four to a column, with zero bytes in front of the shorter ones."""
    higher, chunk = np.divmod(numbers, CHUNK)
    last = np.where((higher > 0)[:, None], _DIGITS[chunk], _LEADING[chunk])
    return [*_digits(higher), last] if higher.any() else [last]
