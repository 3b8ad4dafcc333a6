"""How many stars somebody would probably give."""

from collections.abc import Iterable, Sequence

from catalog.models import Movie, Rater
from recommendations.data.interactions import Positions
from recommendations.serving.history import History, history_of
from recommendations.serving.live import LiveModels, live_models
from recommendations.serving.types import Prediction


def predict(rater: Rater, movies: Iterable[Movie]) -> dict[int, Prediction]:
    """Return a prediction for each film that the live run knows, by the film's key."""
    models = live_models()
    keys = [movie.pk for movie in movies]
    if models is None or not keys:
        return {}
    return predictions(models, history_of(rater), keys, models.ids.movie_ix(keys))


def predictions(
    models: LiveModels, history: History, keys: Sequence[int], positions: Positions
) -> dict[int, Prediction]:
    """Return a prediction for each film whose place in the matrix is known (not -1)."""
    known = positions >= 0
    if not known.any():
        return {}
    made = models.stars.predict(history.row(models.ids), positions[known])
    wanted = [key for key, found in zip(keys, known.tolist(), strict=True) if found]
    columns = (made.mean, made.low, made.high, made.support)
    found = zip(wanted, *(each[0].tolist() for each in columns), strict=True)
    return {key: Prediction(*said) for key, *said in found}
