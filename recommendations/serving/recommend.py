"""A person's list: the published one if it is still true, else made from the ratings of this moment."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from django.conf import settings

from accounts.models import TasteSettings
from accounts.selectors import taste_settings
from catalog.models import Movie, Rater
from catalog.selectors import catalogue_stamp
from recommendations.data.interactions import Positions, Scores
from recommendations.serving.explain import reasons
from recommendations.serving.history import History, history_of
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.moving import days_in_vain, sunk, tier
from recommendations.serving.predict import predictions
from recommendations.serving.steered import Chosen, allowed, best_for, recommender_for
from recommendations.serving.types import Recommendations, RecommendedMovie, Source
from recommendations.store import StoreUnavailable, TopList, TopListStore, toplists

logger = logging.getLogger(__name__)

FALLBACK = "popularity"
Also = Callable[[LiveModels, History], Iterable[int]]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Whose list is to be made, from what, by which recommender, and of which genre only."""

    rater: Rater
    wishes: TasteSettings
    history: History
    models: LiveModels
    name: str
    genre: str | None

    @property
    def general(self) -> str:
        """The recommender of what is not made from the person's taste: the one asked for, where it knows nobody's."""
        return FALLBACK if self.models.recommender(self.name).personal else self.name

    def best(self, scores: Scores, n: int) -> tuple[Positions, Scores]:
        """Return the best `n` positions, in the order that the person's sliders ask for."""
        return best_for(self.wishes, self.models, self.history, scores, n)


def recommend(
    rater: Rater, *, n: int = 20, genre: str | None = None, recommender: str | None = None, also: Also | None = None
) -> Recommendations:
    """Return the best `n` films for `rater`, without what they rated or hid, made as they wish it.

    `genre` is a genre's name. `recommender` picks another one of the live run than the person's own choice, which is
    the published default for most; raises UnknownRecommender when the run has none of that name. Fewer films than `n`
    only when there are no more. Films that were shown in vain stand below the others: see `sunk`. `also` says which
    films a page shows besides, by their keys; those that were rated or hidden are passed over, and nothing is asked
    where nothing is known of the person's taste.
    """
    wishes = taste_settings(rater)
    history = history_of(rater, wishes).with_hidden_of(rater)
    models, in_vain = live_models(), days_in_vain(rater)
    if models is None:
        return _without_models(rater, history, in_vain, n, genre)
    name = recommender or recommender_for(wishes, models)
    asked = _Asked(rater, wishes, history, models, name, genre)
    chosen, source = _chosen(asked, n, n + len(in_vain))
    chosen = sunk(chosen, in_vain)[:n]
    listed = {movie for movie, _, _ in chosen}
    passed_over = listed | history.unwanted
    more = also(models, history) if also and source != "popularity" else ()
    besides = [(movie, 0.0, name) for movie in dict.fromkeys(more) if movie not in passed_over]
    films = _films(chosen + besides, history, models, name)
    if chosen and not films:
        # Another release has been imported, and the live run knows none of its films.
        return _without_models(rater, history, in_vain, n, genre)
    shown = name if source != "popularity" else asked.general
    marked = _marked(films, in_vain)
    return Recommendations(
        tuple(film for film in marked if film.movie.pk in listed),
        source,
        shown,
        models.run,
        rater.taste_version,
        history.rated,
        history.used,
        len(history.picked),
        tuple(film for film in marked if film.movie.pk not in listed),
    )


def _chosen(asked: _Asked, n: int, room: int) -> tuple[list[Chosen], Source]:
    """Return up to `room` films in their order, `n` or more of them if there are so many, and where they came from."""
    history, models, name = asked.history, asked.models, asked.name
    if not (models.recommender(name).personal and len(history.movies)):
        chosen: list[Chosen] = []
        source: Source = "popularity"
    else:
        top, source = _top(asked, n, room)
        chosen = [(movie, score, name) for movie, score in _wanted(top, history)[:room]]
    for general in dict.fromkeys((asked.general, FALLBACK)):
        missing = n - len(chosen) if chosen else room
        chosen += _popular(asked, general, missing, {movie for movie, _, _ in chosen})
    return chosen, source


def _top(asked: _Asked, n: int, room: int) -> tuple[TopList, Source]:
    """Return the kept list if it was made from the present taste and is long enough, else a new one, which is kept."""
    rater, run, name = asked.rater, asked.models.run, asked.name
    size = settings.RECS_LIST_SIZE
    store = toplists(settings.REDIS_URL, settings.RECS_LISTS_DIR)
    # What a run publishes is made from ratings alone.
    if asked.genre is not None or n > size or len(asked.history.picked):
        return _fold_in(asked, room), "fresh"
    kept = _kept(store, run, name, rater)
    if kept is not None and kept.taste_version == rater.taste_version:
        enough = len(kept.movies) < size or len(_wanted(kept, asked.history)) >= n
        if enough:
            return kept, "published"
    made = _fold_in(asked, size)
    try:
        store.put(run, name, rater.public_id, made)
    except StoreUnavailable:
        logger.warning("A fresh list could not be kept")
    return made, "fresh"


def _kept(store: TopListStore, run: int, name: str, rater: Rater) -> TopList | None:
    try:
        return store.get(run, name, rater.public_id)
    except StoreUnavailable:
        logger.warning("A published list could not be read")
        return None


def _fold_in(asked: _Asked, n: int) -> TopList:
    """Score the ratings of this moment. A new person is scored like everybody else."""
    models = asked.models
    scores = _allowed(models.recommender(asked.name).score(asked.history.row(models.ids))[0], asked)
    positions, values = asked.best(scores, n)
    return TopList(asked.rater.taste_version, models.ids.movies[positions].astype(np.int32), values)


def _allowed(scores: Scores, asked: _Asked) -> Scores:
    """Return a copy of `scores` in which films that must not be shown have zero."""
    scores = allowed(scores, asked.models, asked.history)
    if asked.genre is not None:
        scores[~asked.models.in_genre(asked.genre)] = 0
    return scores


def _wanted(top: TopList, history: History) -> list[tuple[int, float]]:
    unwanted = history.unwanted
    pairs = zip(top.movies.tolist(), top.scores.tolist(), strict=True)
    return [(movie, score) for movie, score in pairs if movie not in unwanted]


def _popular(asked: _Asked, general: str, n: int, taken: set[int]) -> list[Chosen]:
    """Return films that suit everybody to fill a list up, without those that the person's taste speaks against."""
    if n <= 0:
        return []
    models, history = asked.models, asked.history
    row = history.row(models.ids)
    scores = _allowed(models.recommender(general).score(row)[0], asked)
    own = models.recommender(asked.name)
    if own.personal and len(history.movies):
        scores[own.score(row)[0] < 0] = 0
    already = models.ids.movie_ix(sorted(taken))
    scores[already[already >= 0]] = 0
    positions, values = asked.best(scores, n)
    movies = models.ids.movies[positions].tolist()
    return [(movie, score, general) for movie, score in zip(movies, values.tolist(), strict=True)]


def _films(chosen: list[Chosen], history: History, models: LiveModels, name: str) -> tuple[RecommendedMovie, ...]:
    """Return the films of a list; one that was made from the same ratings and films a while ago is given again."""
    stamp = catalogue_stamp()
    asked = (stamp, name, history.taste, tuple(chosen))
    return models.remembered(asked, lambda: _described(chosen, history, models, name, stamp))


def _described(
    chosen: list[Chosen], history: History, models: LiveModels, name: str, stamp: int | None
) -> tuple[RecommendedMovie, ...]:
    """Fetch the films, and say why and how many stars for each of them."""
    keys = [movie for movie, _, _ in chosen]
    movies = models.films.get(keys, stamp)
    why = reasons(models.recommender(name), history, models.ids, keys)
    stars = predictions(models, history, keys)
    return tuple(
        RecommendedMovie(movies[key], score, source, why.get(key, ()) if source == name else (), stars.get(key))
        for key, score, source in chosen
        if key in movies
    )


def _marked(films: tuple[RecommendedMovie, ...], in_vain: Mapping[int, int]) -> tuple[RecommendedMovie, ...]:
    """Say of films that were shown in vain that they were: lists that are remembered do not know."""
    if not in_vain:
        return films
    return tuple(replace(film, shown_before=film.movie.pk in in_vain) for film in films)


def _without_models(
    rater: Rater, history: History, in_vain: Mapping[int, int], n: int, genre: str | None
) -> Recommendations:
    """Return the best rated films: all that can be said before the first run."""
    movies = Movie.objects.with_genres().exclude(pk__in=history.unwanted).order_by("-damped_mean", "id")
    if genre is not None:
        movies = movies.filter(genres__name__iexact=genre)
    best = sorted(movies[: n + len(in_vain)], key=lambda movie: tier(in_vain, movie.pk))[:n]
    films = _marked(tuple(RecommendedMovie(movie, movie.damped_mean, FALLBACK) for movie in best), in_vain)
    return Recommendations(films, "popularity", FALLBACK, None, rater.taste_version, history.rated, history.used)
