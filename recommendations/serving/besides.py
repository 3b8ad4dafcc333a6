"""Films for shelves that are not made from a person's list: what is like one, little known, trending, or recent."""

from collections import Counter
from datetime import timedelta

import numpy as np
from django.db.models import Max

from catalog.models import Catalogue, Movie, Rating
from recommendations.algorithms.ranking import best_of_one
from recommendations.algorithms.registry import UnknownRecommender
from recommendations.data.interactions import Positions
from recommendations.serving.history import History
from recommendations.serving.live import LiveModels

# Hidden are all films but the best known twentieth, and but the first hundred where there are few films.
_KNOWN_PART, _KNOWN_AT_LEAST = 20, 100
_A_MONTH = timedelta(days=30)
_NEWEST_RATINGS = 1_000
_RATINGS_TO_TREND = 2


def like(models: LiveModels, movie: Movie, n: int) -> list[int]:
    """Return the keys of at most `n` films that the people who like `movie` like too, most alike first."""
    position = int(models.ids.movie_ix([movie.pk])[0])
    return [] if position < 0 else _keys(models, models.recommender().similar(position, n)[0])


def gems(models: LiveModels, history: History, n: int) -> list[int]:
    """Return the keys of the `n` films that the person's taste speaks for most among those that few people know.

    Neighbourhoods say it where the run has them: they take the least time, and do not lean on what everybody knows.
    """
    try:
        model = models.recommender("item_knn")
    except UnknownRecommender:
        model = models.recommender()
    scores = np.array(model.score(history.row(models.ids))[0])
    passed_over = models.ids.movie_ix(sorted(history.unwanted))
    scores[passed_over[passed_over >= 0]] = 0
    scores[_well_known(models)] = 0
    return _keys(models, best_of_one(scores, n)[0])


def trending(models: LiveModels, n: int) -> list[int]:
    """Return the keys of films that are watched and liked lately: as the run says, else as the newest ratings say."""
    try:
        recommender = models.recommender("trending")
    except UnknownRecommender:
        return _most_rated_lately(n)
    nobody = models.ids.history([], [])
    return models.remembered(("trending", n), lambda: _keys(models, best_of_one(recommender.score(nobody)[0], n)[0]))


def newest_decade() -> int | None:
    """Return the decade that the newest film is from, 2010; None where no year is known."""
    newest: int | None = Movie.objects.aggregate(newest=Max("year"))["newest"]
    return newest and newest // 10 * 10


def best_known_of(models: LiveModels, decade: int, n: int) -> list[int]:
    """Return the keys of the best known films since a decade began."""
    films = Movie.objects.filter(year__gte=decade).best_known().values_list("pk", flat=True)
    return models.remembered(("best known", _stamp(), decade, n), lambda: list(films[:n]))


def _well_known(models: LiveModels) -> Positions:
    """Return where the films are that many people know."""

    def look() -> tuple[Positions]:
        most = max(len(models.ids.movies) // _KNOWN_PART, _KNOWN_AT_LEAST)
        positions = models.ids.movie_ix(list(Movie.objects.best_known().values_list("pk", flat=True)[:most]))
        return (positions[positions >= 0],)

    return models.remembered(("well known", _stamp()), look)[0]


def _most_rated_lately(n: int) -> list[int]:
    """Return the keys of the films with most of the newest ratings, at most a month old when the newest was given."""
    last = Rating.objects.aggregate(last=Max("pk"))["last"] or 0
    newest = Rating.objects.filter(pk__gt=last - _NEWEST_RATINGS).order_by()
    rows = list(newest.values_list("movie_id", "rated_at"))
    since = max((when for _, when in rows), default=None)
    counted = Counter(movie for movie, when in rows if since and when > since - _A_MONTH)
    often = [movie for movie, count in counted.items() if count >= _RATINGS_TO_TREND]
    return sorted(often, key=lambda movie: (-counted[movie], movie))[:n]


def _keys(models: LiveModels, positions: Positions) -> list[int]:
    return [int(key) for key in models.ids.movies[positions]]


def _stamp() -> int | None:
    return Catalogue.objects.values_list("stamp", flat=True).first()
