"""A person's own statistics: reads their ratings once, and says one thing with each chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Sum
from django.utils import timezone

from catalog.models import Movie, Rater, Rating, StarCount
from recommendations.insight import figures
from recommendations.insight.drawings import Chart, decades, distribution, genres, over_time, predictions
from recommendations.insight.figures import Hit, Rated
from recommendations.models import Forecast

MOST_FILMS = 5


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of the page. `films` has every film that is named, by its key."""

    count: int
    mean: float
    years: list[int]
    year: int | None = None
    charts: list[Chart] = field(default_factory=list)
    liked: list[Rated] = field(default_factory=list)
    disliked: list[Rated] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    best: list[Rated] = field(default_factory=list)
    first: Rated | None = None
    last: Rated | None = None
    films: Mapping[int, Movie] = field(default_factory=dict)


def statistics_of(rater: Rater, *, year: int | None = None) -> Statistics:
    """Return what `rater`'s ratings say, all of them or those given in one `year`: five queries for any number.

    A year without ratings gives statistics with a count of 0, and the years that there are.
    """
    everything = _read(rater)
    years = sorted({each.day.year for each in everything}, reverse=True)
    rated = [each for each in everything if year is None or each.day.year == year]
    if not rated:
        return Statistics(0, 0, years, year)
    liked, disliked = figures.unusual(rated, MOST_FILMS)
    hits = _hits(rater, rated)
    best = sorted(rated, key=lambda each: (-each.stars, each.day, each.movie))[:MOST_FILMS] if year else []
    named = {each.movie for each in (*liked, *disliked, *best, rated[0], rated[-1])}
    named |= {hit.movie for hit in hits[:MOST_FILMS]}
    found = [
        distribution(rated, _others(rater) if year is None else []),
        genres(rated),
        decades(rated),
        over_time(rated),
        predictions(hits),
    ]
    return Statistics(
        count=len(rated),
        mean=figures.mean_of(each.stars for each in rated),
        years=years,
        year=year,
        charts=[chart for chart in found if chart],
        liked=liked,
        disliked=disliked,
        hits=hits[:MOST_FILMS],
        best=best,
        first=rated[0],
        last=rated[-1],
        films=Movie.objects.only("title", "year").in_bulk(named),
    )


def _read(rater: Rater) -> list[Rated]:
    """Return the person's ratings, oldest first, with what is known of their films: two queries."""
    named: dict[int, list[str]] = {}
    links = Movie.genres.through.objects.filter(movie__ratings__rater=rater)
    for movie, name in links.order_by("genre__name").values_list("movie_id", "genre__name"):
        named.setdefault(movie, []).append(name)
    rows = Rating.objects.filter(rater=rater).order_by("rated_at", "id")
    known = rows.values_list(
        "movie_id", "half_stars", "rated_at", "movie__year", "movie__rating_count", "movie__rating_sum"
    )
    return [
        Rated(
            movie=movie,
            stars=half_stars / 2,
            year=year,
            others=max(count - 1, 0),
            mean=(total - half_stars) / (count - 1) / 2 if count > 1 else None,
            day=timezone.localdate(at),
            genres=tuple(name for name in named.get(movie, ()) if not name.startswith("(")),
        )
        for movie, half_stars, at, year, count, total in known
    ]


def _others(rater: Rater) -> list[int]:
    """Return how often everybody together gave ½, 1, … 5 stars to the films that the person has rated."""
    rows = StarCount.objects.filter(movie__ratings__rater=rater).order_by().values_list("half_stars")
    people = dict(rows.annotate(total=Sum("people")))
    return [people.get(half_stars, 0) for half_stars in range(1, 11)]


def _hits(rater: Rater, rated: Sequence[Rated]) -> list[Hit]:
    """Return what was foreseen of the films that the person has rated, the newest forecast first."""
    gave = {each.movie: each.stars for each in rated}
    kept = Forecast.objects.filter(rater=rater).order_by("-made_at", "-id")
    rows = kept.values_list("movie_id", "stars", "low", "high")
    return [Hit(movie, said, low, high, gave[movie]) for movie, said, low, high in rows if movie in gave]
