"""A list that moves: what was recommended is counted, and what was recommended in vain makes room for the rest."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import DatabaseError

from accounts import selectors, shown
from catalog.models import Movie, Rater
from recommendations.serving.predict import predict
from recommendations.serving.steered import Chosen
from recommendations.serving.types import RecommendedMovie

logger = logging.getLogger(__name__)

# After so many days on which nothing was done about it a film gives way to those that are newer to the person.
IN_VAIN = 3


def note_shown(rater: Rater, movie_ids: Iterable[int], *, on: date) -> None:
    """Count, once a day, that films were recommended to `rater`, where somebody looks: see `guests.is_looking`.

    A page is worth more than its being counted: when the database refuses, that is logged and nothing else.
    """
    try:
        shown.note_shown(rater=rater, movie_ids=movie_ids, on=on)
    except DatabaseError:
        logger.exception("What was shown could not be counted")


def days_in_vain(rater: Rater) -> dict[int, int]:
    """Return {film's key: days} for the films that are to make room."""
    return dict(selectors.shown_in_vain(rater, at_least=IN_VAIN).values_list("movie_id", "days"))


def sunk(chosen: Sequence[Chosen], in_vain: Mapping[int, int]) -> list[Chosen]:
    """Return a list in which films that were shown in vain stand below those that were not.

    A film goes down one tier with every IN_VAIN days, and keeps its order within its tier; so a list that has nothing
    new left starts over with what was shown least.
    """
    return sorted(chosen, key=lambda film: tier(in_vain, film[0]))


def tier(in_vain: Mapping[int, int], movie: int) -> int:
    """Return how far down a film belongs: 0 is where everything begins."""
    return in_vain.get(movie, 0) // IN_VAIN


def made_room(rater: Rater, *, n: int) -> list[RecommendedMovie]:
    """Return the `n` films that made room last, and what the person would give them."""
    about = selectors.shown_in_vain(rater, at_least=IN_VAIN).exclude(movie__in=rater.ratings.values("movie"))
    about = about.exclude(movie__in=rater.hidden_movies.values("movie"))
    keys = list(about.values_list("movie_id", flat=True)[:n])
    films = Movie.objects.with_genres().in_bulk(keys)
    stars = predict(rater, films.values())
    return [
        RecommendedMovie(films[key], 0.0, "", prediction=stars.get(key), shown_before=True)
        for key in keys
        if key in films
    ]
