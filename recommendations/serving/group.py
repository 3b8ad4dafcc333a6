"""Films for several people together, from what each of them would be given alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.models import Movie, Rater
from catalog.selectors import catalogue_stamp
from recommendations.algorithms.group import best_together
from recommendations.serving.explain import reasons
from recommendations.serving.history import History, history_of
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.predict import predictions
from recommendations.serving.recommend import FALLBACK
from recommendations.serving.types import Prediction, Reason


@dataclass(frozen=True, slots=True)
class Voice:
    """What one of the group would probably give a film, and the own rating that speaks most for it."""

    prediction: Prediction | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class GroupFilm:
    """A film for a group, with a voice for each of its people, in their order."""

    movie: Movie
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class GroupList:
    """A list for a group, best first; `personal` says whether anybody's taste went into it."""

    films: tuple[GroupFilm, ...]
    personal: bool

    def __len__(self) -> int:
        """How many films it takes the room of where answers are remembered: each voice has a film as its reason."""
        return sum(1 + len(film.voices) for film in self.films)


def together(raters: Sequence[Rater], *, rule: str, n: int = 20) -> GroupList:
    """Return the best `n` films for all of `raters` by `rule`, without any that one of them rated or hid.

    The scores are the default recommender's, standardized for each person. While nobody has rated a film that it
    knows, the films are those that most people like. Raises ValueError for a rule that there is not.
    """
    models = live_models()
    if models is None:
        return _best_rated([_history(rater) for rater in raters], n)
    stamp = catalogue_stamp()
    asked = ("together", stamp, rule, n, tuple((rater.pk, rater.taste_version) for rater in raters))
    return models.remembered(asked, lambda: _made(models, [_history(rater) for rater in raters], rule, n))


def _history(rater: Rater) -> History:
    return history_of(rater).with_hidden_of(rater)


def _made(models: LiveModels, histories: Sequence[History], rule: str, n: int) -> GroupList:
    unwanted = models.ids.movie_ix(sorted(set().union(*(history.unwanted for history in histories))))
    unwanted = unwanted[unwanted >= 0]
    rows = [history.row(models.ids) for history in histories]
    heard = [row for row in rows if row.nnz]
    model = models.recommender()
    personal = bool(heard) and model.personal
    if model.personal and not heard:
        model = models.recommender(FALLBACK)
    # One by one: a person's scores may be made from another matrix of hundreds of megabytes where rows come together.
    scores = [model.score(row) for row in (heard if personal else rows[:1])]
    positions, _ = best_together(np.concatenate(scores), rule, n, unwanted)
    keys = models.ids.movies[positions].tolist()
    movies = Movie.objects.in_bulk(keys)
    films = [key for key in keys if key in movies]
    if not films:
        return _best_rated(histories, n)
    said = [_voices(models, history, films) for history in histories]
    listed = (GroupFilm(movies[key], tuple(voices[key] for voices in said)) for key in films)
    return GroupList(tuple(listed), personal)


def _voices(models: LiveModels, history: History, keys: Sequence[int]) -> Mapping[int, Voice]:
    """Return one person's voice on each film; nobody is said to foresee anything before their first rating."""
    if not history.row(models.ids).nnz:
        return dict.fromkeys(keys, Voice(None, None))
    stars = predictions(models, history, keys)
    why = reasons(models.recommender(), history, models.ids, keys, most=1)
    return {key: Voice(stars.get(key), next(iter(why.get(key, ())), None)) for key in keys}


def _best_rated(histories: Sequence[History], n: int) -> GroupList:
    """Return the best rated films: all that can be said before the first run, or of films that it does not know."""
    unwanted = set().union(*(history.unwanted for history in histories))
    movies = Movie.objects.exclude(pk__in=unwanted).order_by("-damped_mean", "id")[:n]
    return GroupList(tuple(GroupFilm(movie, (Voice(None, None),) * len(histories)) for movie in movies), False)
