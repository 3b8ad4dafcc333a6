"""What a table may hold that somebody opens in a spreadsheet: text that comes from anywhere must stay text."""

# A spreadsheet takes a cell that starts so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def defused(cell: object) -> object:
    """Return a cell as it is, or with an apostrophe before text that a spreadsheet would execute."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
