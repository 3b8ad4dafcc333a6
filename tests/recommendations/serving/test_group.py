"""Films for several people together, from the models that are live."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import Movie, Rater, Rating
from recommendations import serving
from recommendations.models import TrainingRun
from recommendations.serving.group import GroupList, together
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.films import account, films, rated
from tests.recommendations.conftest import NOW, Clock

pytestmark = pytest.mark.django_db
RULES = ["average", "least_misery"]


@pytest.fixture
def pair(ada: User, site: list[Movie], live: TrainingRun) -> list[Rater]:
    """One who likes the first half of the films, and one who likes the second."""
    other = account("grace").rater
    rated(ada.rater, *site[:6], stars=5)
    rated(ada.rater, *site[20:22], stars=1)
    rated(other, *site[22:28], stars=5)
    return [ada.rater, other]


def shown(found: GroupList) -> list[int]:
    return [film.movie.pk for film in found.films]


@pytest.mark.parametrize("rule", RULES)
def test_one_persons_night_is_their_own_list(pair: list[Rater], rule: str) -> None:
    alone = serving.recommend(pair[0], n=8).films
    own = [film.movie.pk for film in alone if film.recommender == "item_knn"]
    assert shown(together(pair[:1], rule=rule, n=8))[: len(own)] == own


def test_a_rating_is_followed_at_once(pair: list[Rater]) -> None:
    first = together(pair, rule="average", n=5).films[0].movie
    assert together(pair, rule="average", n=5).films[0].movie == first
    rated(pair[1], first)
    assert first.pk not in shown(together(pair, rule="average", n=5))


def test_voices_are_each_persons_own_predictions(pair: list[Rater]) -> None:
    found = together(pair, rule="average", n=3)
    assert found.personal
    for place, rater in enumerate(pair):
        said = serving.predict(rater, [film.movie for film in found.films])
        assert [film.voices[place].prediction for film in found.films] == [said[film.movie.pk] for film in found.films]


@pytest.mark.parametrize("rule", RULES)
def test_who_has_rated_nothing_changes_no_list_and_says_nothing(pair: list[Rater], rule: str) -> None:
    silent = account("silent").rater
    found = together([*pair, silent], rule=rule, n=5)
    assert shown(found) == shown(together(pair, rule=rule, n=5))
    assert {film.voices[2].prediction for film in found.films} == {None}


def test_before_the_first_rating_films_are_what_most_people_like(ada: User, live: TrainingRun) -> None:
    found = together([ada.rater], rule="average", n=5)
    assert not found.personal
    assert len(found.films) == 5


def test_a_site_that_serves_what_trends_does_so_for_groups_too(
    ada: User, site: list[Movie], options: Options, clock: Clock
) -> None:
    Rating.objects.filter(movie__in=site[:35]).update(rated_at=NOW - timedelta(days=900))
    trains = replace(options, recommenders=("popularity", "trending"), default="trending")
    train(TrainingRun.objects.create().pk, trains, clock=clock)
    assert set(shown(together([ada.rater], rule="average", n=5))) == {movie.pk for movie in site[35:]}


def test_before_the_first_run_films_are_the_best_rated_without_unwanted_ones(ada: User) -> None:
    best, *others = films(4)
    rated(ada.rater, best)
    found = together([ada.rater], rule="average", n=5)
    assert not found.personal
    assert set(shown(found)) == {movie.pk for movie in others}
