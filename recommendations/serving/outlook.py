"""What one person may expect of one film: predicted stars, and which of their ratings speak for it."""

from collections.abc import Mapping

from catalog.models import Movie, Rater
from recommendations.serving.explain import reasons
from recommendations.serving.history import History
from recommendations.serving.learned import has_learned
from recommendations.serving.live import LiveModels
from recommendations.serving.predict import predictions
from recommendations.serving.types import Outlook, Prediction

MOST_REASONS = 5


def outlook_of(
    models: LiveModels,
    rater: Rater,
    history: History,
    movie: Movie,
    said: Mapping[int, Prediction],
    recommender: str,
) -> Outlook:
    """Return the prediction, and the reasons of the `recommender` that makes the person's list, be it on it or not.

    The person's own rating of the film is left out, and if the run has learned from it nothing is foreseen: what is
    foreseen must not be told beforehand. `said` are predictions made from the whole history.
    """
    positions = models.ids.movie_ix([movie.pk])
    if positions[0] < 0:
        return Outlook(models.run)
    if history.has(movie.pk):
        history = history.without(movie.pk)
        learned = has_learned(models, rater, movie)
        said = {} if learned else predictions(models, history, [movie.pk])
    else:
        learned = False
        said = said or predictions(models, history, [movie.pk])
    why = reasons(models.recommender(recommender), history, models.ids, [movie.pk], most=MOST_REASONS)
    rated = int(history.row(models.ids).nnz) - int((models.ids.movie_ix(history.picked) >= 0).sum())
    return Outlook(models.run, rated, learned, said.get(movie.pk), why.get(movie.pk, ()), recommender)
