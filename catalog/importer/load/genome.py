"""Stores the tag genome: one row a film, however many tags there are."""

from collections.abc import Mapping

from catalog.importer.columns import GenomeScores
from catalog.importer.load.sql import Changes, Cursor, Numbers, insert_rows, update_rows


def load_genome(cursor: Cursor, genome: GenomeScores, film_ids: Numbers) -> Changes:
    """Store scores that are new or different, and the tags' names; return what was stored of the scores."""
    _load_names(cursor, genome.names)
    cursor.execute("SELECT movie_id, relevance FROM catalog_genome")
    stored = {key: bytes(relevance) for key, relevance in cursor}
    keys = film_ids[genome.films].tolist()
    scores = {key: row.astype("<f2").tobytes() for key, row in zip(keys, genome.relevance, strict=True)}
    new = [(key, row) for key, row in scores.items() if key not in stored]
    different = [(key, row) for key, row in scores.items() if key in stored and stored[key] != row]
    insert_rows(cursor, "catalog_genome", ("movie_id", "relevance"), new)
    update_rows(cursor, "catalog_genome", ("movie_id", "relevance"), different)
    return Changes(len(new), len(different), len(scores) - len(new) - len(different))


def _load_names(cursor: Cursor, names: Mapping[int, str]) -> None:
    cursor.execute("SELECT number, id, name FROM catalog_genometag")
    stored = {number: (key, name) for number, key, name in cursor.fetchall()}
    insert_rows(
        cursor, "catalog_genometag", ("number", "name"), [item for item in names.items() if item[0] not in stored]
    )
    different = [
        (stored[number][0], name) for number, name in names.items() if stored.get(number, ("", name))[1] != name
    ]
    update_rows(cursor, "catalog_genometag", ("id", "name"), different)
