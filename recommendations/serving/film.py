"""All that a film's page says besides the film: one reading of the models and of the person for the whole page."""

from accounts.selectors import taste_settings
from catalog.models import Movie, Rater
from recommendations.serving.history import history_of
from recommendations.serving.likeness import EVERYTHING, Way
from recommendations.serving.live import live_models
from recommendations.serving.outlook import outlook_of
from recommendations.serving.predict import predictions
from recommendations.serving.similar import similar_in
from recommendations.serving.steered import recommender_for
from recommendations.serving.types import AroundFilm, Outlook


def around_film(movie: Movie, rater: Rater | None, *, n: int = 12, like: Way = EVERYTHING) -> AroundFilm:
    """Return at most `n` films like `movie` and, to a person, the outlook on it and predictions for all of them."""
    models = live_models()
    films = similar_in(models, movie, n, Movie.objects.all(), like=like)
    if rater is None or models is None:
        return AroundFilm(films, Outlook() if rater else None)
    wishes = taste_settings(rater)
    history = history_of(rater, wishes)
    said = predictions(models, history, [movie.pk, *(film.movie.pk for film in films)])
    return AroundFilm(films, outlook_of(models, rater, history, movie, said, recommender_for(wishes, models)), said)
