"""Films for shelves that are not made from a person's list: what is like one, little known, trending, or recent."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.db.models import Max

from catalog.models import Movie, Rating
from catalog.selectors import catalogue_stamp
from recommendations.algorithms.ranking import best_of_one
from recommendations.algorithms.registry import UnknownRecommender
from recommendations.data.interactions import Positions
from recommendations.serving.history import History, digest
from recommendations.serving.live import LiveModels
from recommendations.serving.steered import allowed

# Hidden are all films but the best known twentieth; where that is few, but 400 of them, or half of all films.
_KNOWN_PART, _KNOWN_AT_LEAST = 20, 400
_A_MONTH = timedelta(days=30)
_NEWEST_RATINGS = 1_000
_RATINGS_TO_TREND = 2


@dataclass(frozen=True)
class Surroundings:
    """What everybody's shelves are made from, the same until films change.

    Attributes:
        known: places of the films that many people know, in the columns of the run.
        decade: the one that the newest film is from, 2010; None where no year is known.
        recent: keys of the best known films since that decade began.
    """

    known: Positions
    decade: int | None
    recent: list[int]


def surroundings(models: LiveModels, n: int) -> Surroundings:
    """Return what everybody's shelves are made from, with `n` recent films."""
    stamp = catalogue_stamp()
    return models.remembered(("surroundings", stamp, n), lambda: (_surroundings(models, n),))[0]


def like(models: LiveModels, movie: Movie, n: int) -> list[int]:
    """Return the keys of at most `n` films that the people who like `movie` like too, most alike first."""
    position = int(models.ids.movie_ix([movie.pk])[0])
    if position < 0:
        return []
    return models.remembered(
        ("like", position, n), lambda: _keys(models, models.recommender().similar(position, n)[0])
    )


def gems(models: LiveModels, history: History, known: Positions, n: int) -> list[int]:
    """Return the keys of the `n` films that the person's taste speaks for most, without those that are `known`.

    Neighbourhoods say it where the run has them: they take the least time, and do not lean on what everybody knows.
    """
    passed_over = digest(np.array(sorted(history.hidden), np.int64), known)
    return models.remembered(("gems", history.taste, passed_over, n), lambda: _gems(models, history, known, n))


def _gems(models: LiveModels, history: History, known: Positions, n: int) -> list[int]:
    try:
        model = models.recommender("item_knn")
    except UnknownRecommender:
        model = models.recommender()
    scores = allowed(model.score(history.row(models.ids))[0], models, history)
    scores[known] = 0
    return _keys(models, best_of_one(scores, n)[0])


def trending(models: LiveModels, n: int) -> list[int]:
    """Return the keys of films that are watched and liked lately: as the run says, else as the newest ratings say."""
    try:
        recommender = models.recommender("trending")
    except UnknownRecommender:
        # Some ratings more change little: they are counted again after each hundred.
        last = (Rating.objects.aggregate(last=Max("pk"))["last"] or 0) // 100 * 100
        return models.remembered(("rated lately", last, n), lambda: _most_rated_lately(last, n))
    nobody = models.ids.history([], [])
    return models.remembered(("trending", n), lambda: _keys(models, best_of_one(recommender.score(nobody)[0], n)[0]))


def _surroundings(models: LiveModels, n: int) -> Surroundings:
    count = len(models.ids.movies)
    most = max(count // _KNOWN_PART, min(count // 2, _KNOWN_AT_LEAST))
    films = Movie.objects.best_known().values_list("pk", flat=True)
    known = models.ids.movie_ix(list(films[:most]))
    newest: int | None = Movie.objects.aggregate(newest=Max("year"))["newest"]
    decade = newest and newest // 10 * 10
    return Surroundings(known[known >= 0], decade, list(films.filter(year__gte=decade)[:n]) if decade else [])


def _most_rated_lately(last: int, n: int) -> list[int]:
    """Return the keys of the films with most of the newest ratings up to key `last`, of the last month of them."""
    newest = Rating.objects.filter(pk__gt=last - _NEWEST_RATINGS, pk__lte=last).order_by()
    rows = list(newest.values_list("movie_id", "rated_at"))
    since = max((when for _, when in rows), default=None)
    counted = Counter(movie for movie, when in rows if since and when > since - _A_MONTH)
    often = [movie for movie, count in counted.items() if count >= _RATINGS_TO_TREND]
    return sorted(often, key=lambda movie: (-counted[movie], movie))[:n]


def _keys(models: LiveModels, positions: Positions) -> list[int]:
    return [int(key) for key in models.ids.movies[positions]]
