"""Turns the bytes of a file that somebody brings into rows: which site it is from is read off its content.

file (zip, JSON, XML or table) → records (cells by the names of their columns) → rows. Nothing here knows Django.
"""

from accounts.importing.parse.file import MOST_BYTES, MOST_ROWS, TOO_LARGE, read
from accounts.importing.parse.refusal import FileRefused
from accounts.importing.parse.rows import Brought, Kind, Row, Scale, Source

__all__ = ["MOST_BYTES", "MOST_ROWS", "TOO_LARGE", "Brought", "FileRefused", "Kind", "Row", "Scale", "Source", "read"]
