"""How many stars somebody would probably give."""

from collections.abc import Iterable, Sequence

from catalog.models import Movie, Rater
from recommendations.serving.history import History, history_of
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.types import Prediction


def predict(rater: Rater, movies: Iterable[Movie]) -> dict[int, Prediction]:
    """Return a prediction for each film that the live run knows, by the film's key."""
    keys = [movie.pk for movie in movies]
    models = live_models() if keys else None
    return {} if models is None else predictions(models, history_of(rater), keys)


def predictions(models: LiveModels, history: History, keys: Sequence[int]) -> dict[int, Prediction]:
    """Return a prediction for each film that the models know, by the film's key.

    Working out the person from the history takes most of the time: ask once for all films of a page.
    """
    positions = models.ids.movie_ix(keys)
    known = positions >= 0
    if not known.any():
        return {}
    made = models.stars.predict(history.row(models.ids), positions[known])
    wanted = [key for key, found in zip(keys, known.tolist(), strict=True) if found]
    columns = (made.mean, made.low, made.high, made.support)
    found = zip(wanted, *(each[0].tolist() for each in columns), strict=True)
    picks = bool(len(history.picked))
    return {key: Prediction(stars, low, high, support, picks) for key, stars, low, high, support in found}
