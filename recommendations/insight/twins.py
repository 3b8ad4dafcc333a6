"""Taste twins: how alike people who share their tastes are, and what two of them could watch together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import F

from accounts.models import User
from accounts.sharing import sharing_with
from catalog.models import Movie, Rater, Rating
from recommendations import serving
from recommendations.insight.likeness import ENOUGH_FILMS, Likeness, likenesses
from recommendations.serving.history import history_of
from recommendations.serving.types import Prediction

# So many people, those who signed in last, are compared over so many of one's own newest ratings.
MOST_PEOPLE = 300
MOST_FILMS = 500
LIKED = 8
APART = 3
SHOWN = 6
CONSIDERED = 60


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody else who shares their taste."""

    user: User
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Shared:
    """A film that both have rated, in stars."""

    movie: Movie
    own: float
    theirs: float


@dataclass(frozen=True, slots=True)
class Ahead:
    """A film that neither has rated, with what each would probably give."""

    movie: Movie
    own: Prediction
    theirs: Prediction


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people: what both like, where they differ, and what is ahead of them."""

    liked: list[Shared]
    apart: list[Shared]
    ahead: list[Ahead]


def twins_of(user: User) -> tuple[list[Twin], int]:
    """Return those who share their taste and rated at least ENOUGH_FILMS of the same films, most alike first.

    The number is how many others share besides, with whom too few films are common. Three queries, of at most
    MOST_PEOPLE × MOST_FILMS ratings, and of nobody who does not share.
    """
    others = list(sharing_with(user)[:MOST_PEOPLE])
    found = _likenesses(user.rater, [other.rater_id for other in others])
    twins = [Twin(other, found[other.rater_id]) for other in others if other.rater_id in found]
    twins.sort(key=lambda twin: (-twin.likeness.percent, -twin.likeness.films, twin.user.pk))
    return twins, len(others) - len(twins)


def twin_of(user: User, username: str) -> Twin | None:
    """Return one of them by name; None for who is not there, does not share, or rated too few of the same films."""
    other = sharing_with(user).filter(username=username).first()
    found = _likenesses(user.rater, [other.rater_id]) if other else {}
    return Twin(other, found[other.rater_id]) if other and found else None


def pair(own: Rater, theirs: Rater) -> Pair:
    """Return what two people have in common, where they differ, and which films neither has rated or hidden."""
    rows = Rating.objects.filter(rater=theirs, movie__ratings__rater=own).order_by()
    common = list(rows.values_list("movie_id", F("movie__ratings__half_stars"), "half_stars"))
    liked = sorted((row for row in common if min(row[1:]) >= LIKED), key=lambda row: (-row[1] - row[2], row[0]))[
        :SHOWN
    ]
    apart = sorted(
        (row for row in common if abs(row[1] - row[2]) >= APART), key=lambda row: (-abs(row[1] - row[2]), row[0])
    )[:SHOWN]
    movies = Movie.objects.in_bulk({row[0] for row in (*liked, *apart)})
    return Pair(_shared(liked, movies), _shared(apart, movies), _ahead(own, theirs))


def _shared(rows: Sequence[tuple[int, int, int]], movies: dict[int, Movie]) -> list[Shared]:
    return [Shared(movies[movie], own / 2, theirs / 2) for movie, own, theirs in rows if movie in movies]


def _ahead(own: Rater, theirs: Rater) -> list[Ahead]:
    """Return films of both people's lists, by what both would give together."""
    unwanted = set().union(*(history_of(rater).with_hidden_of(rater).unwanted for rater in (own, theirs)))
    listed = [film.movie for rater in (own, theirs) for film in serving.recommend(rater, n=CONSIDERED).films]
    movies = {movie.pk: movie for movie in listed if movie.pk not in unwanted}
    by_own, by_theirs = serving.predict(own, movies.values()), serving.predict(theirs, movies.values())
    found = [
        Ahead(movie, by_own[key], by_theirs[key])
        for key, movie in movies.items()
        if key in by_own and key in by_theirs
    ]
    found.sort(key=lambda film: (-film.own.stars - film.theirs.stars, film.movie.pk))
    return found[:SHOWN]


def _likenesses(rater: Rater, others: Sequence[int]) -> dict[int, Likeness]:
    """Return how alike the raters with these keys are to `rater`, by their keys."""
    newest = Rating.objects.filter(rater=rater).order_by("-rated_at", "-id").values_list("movie_id", "half_stars")
    own = dict(newest[:MOST_FILMS]) if others else {}
    if len(own) < ENOUGH_FILMS:
        return {}
    rows = Rating.objects.filter(rater__in=others, movie__in=list(own)).order_by()
    found = np.array(list(rows.values_list("rater_id", "movie_id", "half_stars")), np.int64).reshape(-1, 3)
    mine = np.array([own[movie] for movie in found[:, 1].tolist()], np.float64)
    return likenesses(found[:, 0], mine, found[:, 2].astype(np.float64))
