"""Stores the tag genome: one row a film, however many tags there are."""

from catalog.importer.columns import GenomeScores
from catalog.importer.load.sql import Cursor, Numbers, insert_rows, update_rows


def load_genome(cursor: Cursor, genome: GenomeScores, film_ids: Numbers) -> None:
    """Store names and scores that are new or different."""
    cursor.execute("SELECT number, id, name FROM catalog_genometag")
    stored_names = {number: (key, name) for number, key, name in cursor}
    new_names = [item for item in genome.names.items() if item[0] not in stored_names]
    insert_rows(cursor, "catalog_genometag", ("number", "name"), new_names)
    known = ((stored_names[number], name) for number, name in genome.names.items() if number in stored_names)
    update_rows(cursor, "catalog_genometag", ("id", "name"), ((key, new) for (key, old), new in known if old != new))

    cursor.execute("SELECT movie_id, relevance FROM catalog_genome")
    stored = {key: bytes(relevance) for key, relevance in cursor}
    scores = {
        key: genome.relevance[row].astype("<f2").tobytes() for row, key in enumerate(film_ids[genome.films].tolist())
    }
    insert_rows(
        cursor, "catalog_genome", ("movie_id", "relevance"), (item for item in scores.items() if item[0] not in stored)
    )
    different = ((key, score) for key, score in scores.items() if key in stored and stored[key] != score)
    update_rows(cursor, "catalog_genome", ("movie_id", "relevance"), different)
