"""What this process has lately told people of films: at hand when one of them rates such a film a moment later."""

from collections.abc import Mapping

from catalog.models import Rater
from recommendations.serving.history import History
from recommendations.serving.live import LiveModels
from recommendations.serving.types import Prediction

# Predictions from fewer ratings are nearly everybody's average, and say nothing about how well we know somebody.
ENOUGH_RATINGS = 5
# One takes 300 bytes: 6 MB for each process.
_MOST = 20_000
_shown: dict[tuple[int, str, int, int], Prediction] = {}


def note(models: LiveModels, rater: Rater, history: History, said: Mapping[int, Prediction | None]) -> None:
    """Remember what `rater` is being told of films they have not rated; nothing below ENOUGH_RATINGS ratings."""
    if len(history.movies) < ENOUGH_RATINGS:
        return
    rated = set(history.movies.tolist())
    for movie, prediction in said.items():
        if prediction is not None and movie not in rated:
            _shown[_key(models, rater, movie)] = prediction
    if len(_shown) > _MOST:
        # Other threads may add to it meanwhile: what is looked through is a copy.
        for key in list(_shown)[: _MOST // 2]:
            _shown.pop(key, None)


def last_shown(models: LiveModels, rater: Rater, movie: int) -> Prediction | None:
    """Return what this process has told `rater` of a film from the same run, if it has."""
    return _shown.get(_key(models, rater, movie))


def _key(models: LiveModels, rater: Rater, movie: int) -> tuple[int, str, int, int]:
    # Of two sites with a run 1, as tests make them, the folders differ; of two people with one key the public ids do.
    return models.run, str(models.folder), rater.public_id, movie
