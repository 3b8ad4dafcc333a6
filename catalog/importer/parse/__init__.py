"""MovieLens' files as bytes on one side, arrays and named rows on the other: no database, no clock, no Django.

Every line of a file ends up in exactly one of two places: among the good rows, or among the rejects with its number
and the reason. What is wrong with a file as a whole raises FileRefused.
"""

from catalog.importer.parse.films import Film, Link, film_of, link_of
from catalog.importer.parse.genome import GenomeName, genome_name_of, parse_scores
from catalog.importer.parse.layouts import CSV, KINDS, ML_1M, ML_10M, ML_100K, File, Layout
from catalog.importer.parse.lines import Reject
from catalog.importer.parse.people import Person, person_of
from catalog.importer.parse.ratings import Accepted, RatingBlock, parse_ratings
from catalog.importer.parse.tables import FileRefused, RowBlock, Table, open_table, parse_rows
from catalog.importer.parse.tags import TagUse, tag_use_of

__all__ = [
    "CSV",
    "KINDS",
    "ML_1M",
    "ML_10M",
    "ML_100K",
    "Accepted",
    "File",
    "FileRefused",
    "Film",
    "GenomeName",
    "Layout",
    "Link",
    "Person",
    "RatingBlock",
    "Reject",
    "RowBlock",
    "Table",
    "TagUse",
    "film_of",
    "genome_name_of",
    "link_of",
    "open_table",
    "parse_ratings",
    "parse_rows",
    "parse_scores",
    "person_of",
    "tag_use_of",
]
