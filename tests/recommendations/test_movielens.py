"""The whole way on real MovieLens files: import, train, and what people would then be shown."""

from collections.abc import Callable
from dataclasses import replace
from math import log1p
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts import taste
from catalog.models import Movie, Rater
from recommendations import serving
from recommendations.algorithms.steering import likeness_to
from recommendations.models import TrainingRun
from recommendations.serving.history import history_of
from recommendations.serving.live import live_models
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.recommendations.conftest import Clock

pytestmark = [pytest.mark.real_data, pytest.mark.django_db]


def _similar(title: str, year: int) -> list[str]:
    return [str(film.movie) for film in serving.similar(Movie.objects.get(title=title, year=year), n=5)]


def _steered(person: Rater, **sliders: int) -> list[Movie]:
    taste.steer(rater=person, wishes=taste.Wishes(**sliders))
    return [film.movie for film in serving.recommend(person, n=20).films]


def _strange(movies: list[Movie]) -> float:
    """Return how unlike the genres of films are to those of what person 1 rated."""
    models = live_models()
    assert models is not None
    own = history_of(Rater.objects.get(number=1)).row(models.ids).indices
    films = models.ids.movie_ix([movie.pk for movie in movies])
    return -float(likeness_to(own, films, models.genres).sum())


SLIDERS: dict[str, Callable[[list[Movie]], float]] = {
    "obscurity": lambda movies: -sum(log1p(movie.rating_count) for movie in movies),
    "adventure": _strange,
    "age": lambda movies: sum(movie.year or 0 for movie in movies),
}


def test_lists_and_likenesses_on_ml_latest_small_are_those_a_film_lover_expects(
    movielens_data: Path, options: Options, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_movielens", str(movielens_data / "ml-latest-small.zip"))
    run = train(TrainingRun.objects.create().pk, replace(options, refit_below=0), clock=clock)

    godfather = _similar("The Godfather", 1972)
    assert {"The Godfather: Part II (1974)", "Goodfellas (1990)"} <= set(godfather)
    assert "Toy Story 2 (1999)" in _similar("Toy Story", 1995)

    ranked = run.metrics["recommenders"]
    assert ranked["item_knn"]["ndcg_at_10"] > 1.3 * ranked["popularity"]["ndcg_at_10"]
    assert ranked["svd"]["ndcg_at_10"] > 1.3 * ranked["popularity"]["ndcg_at_10"]
    assert run.metrics["stars"]["mae"] < 0.75

    person = Rater.objects.get(number=1)
    films = serving.recommend(person, n=20).films
    rated = set(person.ratings.values_list("movie_id", flat=True))
    assert len(films) == 20
    assert not rated & {film.movie.pk for film in films}
    assert all(film.reasons and film.prediction for film in films)
    for slider, mean in SLIDERS.items():
        means = [mean(_steered(person, **{slider: step})) for step in (-2, -1, 0, 1, 2)]
        assert means == sorted(means), slider
        assert len(set(means)) == len(means), slider
    taste.reset(rater=person)
    capsys.readouterr()
    call_command("recommend", "--user", "1", "-n", "5")
    assert films[0].movie.title.split()[0] in capsys.readouterr().out  # long titles are broken over lines
