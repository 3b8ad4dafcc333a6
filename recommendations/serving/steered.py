"""A person's own way of making a list: which model, and in which order."""

import numpy as np

from accounts.models import TasteSettings
from catalog.models import Movie
from recommendations.algorithms.ranking import best_of_one
from recommendations.algorithms.steering import POOL, Sliders, Traits, likeness_to, steered
from recommendations.data.interactions import Positions, Scores
from recommendations.serving.history import History
from recommendations.serving.live import LiveModels

Chosen = tuple[int, float, str]


def best_for(
    wishes: TasteSettings, models: LiveModels, history: History, scores: Scores, n: int
) -> tuple[Positions, Scores]:
    """Return the at most `n` best positions above zero in the order that the sliders ask for, and their scores.

    With all sliders in the middle that is `best_of_one`. Else the model's best films, POOL of them, are put in another
    order; the scores stay what the model says, and no longer descend.
    """
    sliders = Sliders(obscurity=wishes.obscurity, adventure=wishes.adventure, age=wishes.age)
    if sliders.neutral:
        return best_of_one(scores, n)
    positions, values = best_of_one(scores, max(n, POOL))
    order = steered(values, sliders, _traits(models, history, positions))[:n]
    return positions[order], values[order]


def allowed(scores: Scores, models: LiveModels, history: History) -> Scores:
    """Return a copy of `scores` in which films that must not be on a list have zero: rated or hidden ones."""
    scores = np.array(scores)
    unwanted = models.ids.movie_ix(sorted(history.unwanted))
    scores[unwanted[unwanted >= 0]] = 0
    return scores


def recommender_for(wishes: TasteSettings, models: LiveModels) -> str:
    """Return the recommender that the person chose; the run's default when it has none of that name."""
    return wishes.recommender if wishes.recommender in models.names else models.default


def _traits(models: LiveModels, history: History, positions: Positions) -> Traits:
    keys = models.ids.movies[positions].tolist()
    known = {
        movie: (ratings, year)
        for movie, ratings, year in Movie.objects.filter(pk__in=keys).values_list("pk", "rating_count", "year")
    }
    found = [known.get(key, (0, None)) for key in keys]
    return Traits(
        ratings=np.array([ratings for ratings, _ in found], np.float64),
        years=np.array([np.nan if year is None else year for _, year in found], np.float64),
        likeness=likeness_to(history.row(models.ids).indices, positions, models.genres),
    )
