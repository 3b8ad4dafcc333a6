"""From a block that holds nothing but plain numbers to columns, at the speed of pandas' C parser."""

from io import BytesIO

import pandas as pd

from catalog.importer.parse.tables import Table

_DIGITS = b"0123456789\r"


def read_numbers(data: bytes, table: Table, *, decimal: str, exponents: bool = False) -> pd.DataFrame | None:
    """Return the columns of a block as int64, that called `decimal` as float64; None when a line may be anything else.

    What is left of the block without its digits must be exactly the separators and points of so many rows. So the
    C parser never sees what it reads more generously than we do: quotes, blanks, signs, blank lines, points in ids.
    """
    if not data.endswith(b"\n"):
        data += b"\n"
    if data.count(b"\r") != data.count(b"\r\n") or not _has_shape(data, table, decimal, exponents=exponents):
        return None
    if table.file.delimiter == "::":
        data = data.replace(b"::", b",")
    names = sorted(table.file.columns, key=lambda name: table.order[table.file.columns.index(name)])
    try:
        return pd.read_csv(
            BytesIO(data),
            sep="\t" if table.file.delimiter == "\t" else ",",
            header=None,
            names=names,
            dtype={name: "float64" if name == decimal else "int64" for name in names},
            index_col=False,
            na_filter=False,
            engine="c",
        )
    except (ValueError, OverflowError):
        return None


def _has_shape(data: bytes, table: Table, decimal: str, *, exponents: bool) -> bool:
    delimiter, columns = table.file.delimiter.encode(), len(table.order)
    place = table.order[table.file.columns.index(decimal)]
    plain = delimiter * (columns - 1) + b"\n"

    def with_mark(mark: bytes) -> bytes:
        return delimiter * place + mark + delimiter * (columns - 1 - place) + b"\n"

    shape = data.translate(None, _DIGITS).replace(with_mark(b"."), plain)
    if exponents:
        shape = shape.replace(with_mark(b".E-"), plain)
    return shape == plain * data.count(b"\n")
