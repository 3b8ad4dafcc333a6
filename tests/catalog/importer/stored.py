"""What is stored, for tests that compare before and after."""

from django.db import connection

TABLES = ["release", "genre", "movie", "movie_genres", "rater", "rating", "tag", "tagging", "genometag", "genome"]
TABLES += ["starcount"]


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the catalogue's tables, sorted."""
    with connection.cursor() as cursor:
        rows = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM catalog_{table} ORDER BY 1")
            rows[table] = [
                tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in cursor
            ]
    return rows
