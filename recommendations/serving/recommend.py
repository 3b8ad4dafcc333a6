"""A person's list: the published one if it is still true, else made from the ratings of this moment."""

import logging
from collections.abc import Callable, Iterable

import numpy as np
from django.conf import settings

from catalog.models import Catalogue, Movie, Rater
from recommendations.algorithms.ranking import best_of_one
from recommendations.data.interactions import Scores
from recommendations.serving.explain import reasons
from recommendations.serving.history import History, history_of
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.predict import predictions
from recommendations.serving.types import Recommendations, RecommendedMovie, Source
from recommendations.store import StoreUnavailable, TopList, TopListStore, toplists

logger = logging.getLogger(__name__)

FALLBACK = "popularity"
Also = Callable[[LiveModels, History], Iterable[int]]


def recommend(
    rater: Rater, *, n: int = 20, genre: str | None = None, recommender: str | None = None, also: Also | None = None
) -> Recommendations:
    """Return the best `n` films for `rater`, without what they rated or hid.

    `genre` is a genre's name. `recommender` picks another one of the live run than the published default; raises
    UnknownRecommender when the run has none of that name. Fewer films than `n` only when there are no more.
    `also` says which films a page shows besides, by their keys; those that were rated or hidden are passed over, and
    nothing is asked where nothing is known of the person's taste.
    """
    history = history_of(rater).with_hidden_of(rater)
    models = live_models()
    if models is None:
        return _without_models(rater, history, n, genre)
    name = recommender or models.default
    model = models.recommender(name)
    if not (model.personal and len(history.movies)):
        chosen: list[tuple[int, float, str]] = []
        source: Source = "popularity"
    else:
        top, source = _top(rater, history, models, name, genre, n)
        chosen = [(movie, score, name) for movie, score in _wanted(top, history)[:n]]
    chosen += _popular(models, history, name, genre, n - len(chosen), {movie for movie, _, _ in chosen})
    listed = {movie for movie, _, _ in chosen}
    passed_over = listed | history.unwanted
    asked = also(models, history) if also and source != "popularity" else ()
    besides = [(movie, 0.0, name) for movie in dict.fromkeys(asked) if movie not in passed_over]
    films = _films(chosen + besides, history, models, name)
    if chosen and not films:
        # Another release has been imported, and the live run knows none of its films.
        return _without_models(rater, history, n, genre)
    shown = name if source != "popularity" else FALLBACK
    return Recommendations(
        tuple(film for film in films if film.movie.pk in listed),
        source,
        shown,
        models.run,
        rater.taste_version,
        history.rated,
        len(history.picked),
        tuple(film for film in films if film.movie.pk not in listed),
    )


def _top(
    rater: Rater, history: History, models: LiveModels, name: str, genre: str | None, n: int
) -> tuple[TopList, Source]:
    """Return the kept list if it was made from the present taste and is long enough, else a new one, which is kept."""
    size = settings.RECS_LIST_SIZE
    store = toplists(settings.REDIS_URL, settings.RECS_LISTS_DIR)
    # What a run publishes is made from ratings alone.
    if genre is not None or n > size or len(history.picked):
        return _fold_in(rater, history, models, name, genre, n), "fresh"
    kept = _kept(store, models.run, name, rater)
    if kept is not None and kept.taste_version == rater.taste_version:
        enough = len(kept.movies) < size or len(_wanted(kept, history)) >= n
        if enough:
            return kept, "published"
    made = _fold_in(rater, history, models, name, None, size)
    try:
        store.put(models.run, name, rater.public_id, made)
    except StoreUnavailable:
        logger.warning("A fresh list could not be kept")
    return made, "fresh"


def _kept(store: TopListStore, run: int, name: str, rater: Rater) -> TopList | None:
    try:
        return store.get(run, name, rater.public_id)
    except StoreUnavailable:
        logger.warning("A published list could not be read")
        return None


def _fold_in(rater: Rater, history: History, models: LiveModels, name: str, genre: str | None, n: int) -> TopList:
    """Score the ratings of this moment. A new person is scored like everybody else."""
    scores = _allowed(models.recommender(name).score(history.row(models.ids))[0], history, models, genre)
    positions, values = best_of_one(scores, n)
    return TopList(rater.taste_version, models.ids.movies[positions].astype(np.int32), values)


def _allowed(scores: Scores, history: History, models: LiveModels, genre: str | None) -> Scores:
    """Return a copy of `scores` in which films that must not be shown have zero."""
    scores = np.array(scores)
    unwanted = models.ids.movie_ix(sorted(history.unwanted))
    scores[unwanted[unwanted >= 0]] = 0
    if genre is not None:
        scores[~models.in_genre(genre)] = 0
    return scores


def _wanted(top: TopList, history: History) -> list[tuple[int, float]]:
    unwanted = history.unwanted
    pairs = zip(top.movies.tolist(), top.scores.tolist(), strict=True)
    return [(movie, score) for movie, score in pairs if movie not in unwanted]


def _popular(
    models: LiveModels, history: History, name: str, genre: str | None, n: int, taken: set[int]
) -> list[tuple[int, float, str]]:
    """Return popular films to fill a list up, without those that the person's taste speaks against."""
    if n <= 0:
        return []
    row = history.row(models.ids)
    scores = _allowed(models.recommender(FALLBACK).score(row)[0], history, models, genre)
    if len(history.movies):
        scores[models.recommender(name).score(row)[0] < 0] = 0
    already = models.ids.movie_ix(sorted(taken))
    scores[already[already >= 0]] = 0
    positions, values = best_of_one(scores, n)
    movies = models.ids.movies[positions].tolist()
    return [(movie, score, FALLBACK) for movie, score in zip(movies, values.tolist(), strict=True)]


def _films(
    chosen: list[tuple[int, float, str]], history: History, models: LiveModels, name: str
) -> tuple[RecommendedMovie, ...]:
    """Return the films of a list; one that was made from the same ratings and films a while ago is given again."""
    stamp = Catalogue.objects.values_list("stamp", flat=True).first()
    taste = (history.movies.tobytes(), history.stars.tobytes(), history.picked.tobytes())
    asked = (stamp, name, *taste, tuple(chosen))
    return models.remembered(asked, lambda: _described(chosen, history, models, name))


def _described(
    chosen: list[tuple[int, float, str]], history: History, models: LiveModels, name: str
) -> tuple[RecommendedMovie, ...]:
    """Fetch the films, and say why and how many stars for each of them."""
    keys = [movie for movie, _, _ in chosen]
    movies = Movie.objects.with_genres().in_bulk(keys)
    why = reasons(models.recommender(name), history, models.ids, keys)
    stars = predictions(models, history, keys)
    return tuple(
        RecommendedMovie(movies[key], score, source, why.get(key, ()) if source == name else (), stars.get(key))
        for key, score, source in chosen
        if key in movies
    )


def _without_models(rater: Rater, history: History, n: int, genre: str | None) -> Recommendations:
    """Return the best rated films: all that can be said before the first run."""
    movies = Movie.objects.with_genres().exclude(pk__in=history.unwanted).order_by("-damped_mean", "id")
    if genre is not None:
        movies = movies.filter(genres__name__iexact=genre)
    films = tuple(RecommendedMovie(movie, movie.damped_mean, FALLBACK) for movie in movies[:n])
    return Recommendations(films, "popularity", FALLBACK, None, rater.taste_version, history.rated)
