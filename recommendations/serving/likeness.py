"""Ways to look for films like a film: all of them, less known ones, newer or older ones, more of one of its genres."""

from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Movie


@dataclass(frozen=True, slots=True)
class Way:
    """One of them: what people call it, how addresses spell it, and which films it keeps."""

    words: str
    value: str
    keeps: Q


EVERYTHING = Way("Everything", "", Q())


def ways_of_likeness(movie: Movie) -> list[Way]:
    """Return the ways that make sense for a film, `EVERYTHING` first; its genres cost a query unless they are there.

    Less known means half as many ratings at most: what is hardly less known is on the list anyway.
    """
    ways = [EVERYTHING]
    if movie.rating_count:
        ways.append(Way("Less known", "less-popular", Q(rating_count__lte=movie.rating_count // 2)))
    if movie.year is not None:
        ways += [Way("Newer", "newer", Q(year__gt=movie.year)), Way("Older", "older", Q(year__lt=movie.year))]
    return ways + [Way(f"More {genre.name}", f"more-{genre.slug}", Q(genres=genre.pk)) for genre in movie.genres.all()]
