"""Mends the totals of films, which whoever writes a rating keeps, by what the ratings say."""

from collections.abc import Sequence

from django.db import connection, transaction

from catalog.models import Movie

FILMS_AT_ONCE = 500

# One pass over all ratings. The plus signs keep SQLite from reading them film by film, from all over the table.
_WRONG_STARS = """
    SELECT DISTINCT movie_id FROM (
        SELECT +movie_id AS movie_id, +half_stars AS half_stars, COUNT(*) AS people
        FROM catalog_rating GROUP BY +movie_id, +half_stars
        UNION ALL SELECT movie_id, half_stars, -people FROM catalog_starcount
    ) AS both_counts GROUP BY movie_id, half_stars HAVING SUM(people) <> 0
"""
_WRONG_SUMS = """
    SELECT movie.id FROM catalog_movie AS movie LEFT JOIN (
        SELECT movie_id, SUM(people) AS people, SUM(people * half_stars) AS half_stars
        FROM catalog_starcount GROUP BY movie_id
    ) AS stars ON stars.movie_id = movie.id
    WHERE movie.rating_count <> COALESCE(stars.people, 0) OR movie.rating_sum <> COALESCE(stars.half_stars, 0)
"""
_FORGET = "DELETE FROM catalog_starcount WHERE movie_id IN ({films})"
_COUNT = """
    INSERT INTO catalog_starcount (movie_id, half_stars, people)
    SELECT movie_id, half_stars, COUNT(*) FROM catalog_rating WHERE movie_id IN ({films})
    GROUP BY movie_id, half_stars
"""
_ADD_UP = """
    UPDATE catalog_movie SET
        rating_count = (SELECT COALESCE(SUM(people), 0) FROM catalog_starcount WHERE movie_id = catalog_movie.id),
        rating_sum = (
            SELECT COALESCE(SUM(people * half_stars), 0) FROM catalog_starcount WHERE movie_id = catalog_movie.id
        )
    WHERE id IN ({films})
"""


def repair_totals() -> int:
    """Set the totals of every film whose totals are wrong to what its ratings say; return how many films those were.

    Ratings may come in meanwhile. What is compared is one moment's, in which totals and ratings belong together; what
    is found wrong is counted again, some films at a time, while nobody else can change the totals of these.
    """
    wrong = _wrong_films()
    for start in range(0, len(wrong), FILMS_AT_ONCE):
        _recount(wrong[start : start + FILMS_AT_ONCE])
    return len(wrong)


def _wrong_films() -> list[int]:
    wrong: set[int] = set()
    with connection.cursor() as cursor:
        for statement in (_WRONG_STARS, _WRONG_SUMS):
            cursor.execute(statement)
            wrong.update(key for (key,) in cursor)
    return sorted(wrong)


@transaction.atomic
def _recount(films: Sequence[int]) -> None:
    """Count the ratings of some films; a rating that is not committed yet adds itself when it is this one's turn."""
    list(Movie.objects.filter(pk__in=films).order_by("pk").select_for_update().values_list("pk"))
    marks = ", ".join(["%s"] * len(films))
    with connection.cursor() as cursor:
        for statement in (_FORGET, _COUNT, _ADD_UP):
            cursor.execute(statement.format(films=marks), list(films))
