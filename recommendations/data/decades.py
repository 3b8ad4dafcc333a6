"""Beside the numbers: how people call the time that a film is from."""

_NAMES = ("thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")


def decade(year: int) -> str:
    """Return how people call the decade of a year: the seventies, the 2010s."""
    start = year // 10 * 10
    return f"the {_NAMES[(start - 1930) // 10]}" if 1930 <= start <= 1990 else f"the {start}s"
