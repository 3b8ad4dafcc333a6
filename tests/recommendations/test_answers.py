"""Recent answers of the API, kept in Redis: given again to the same question, never to another taste."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from accounts.services import hide, unhide
from catalog.models import Movie
from recommendations import api
from recommendations.training.options import Options
from tests.films import rated

pytestmark = [pytest.mark.django_db, pytest.mark.redis, pytest.mark.usefixtures("live")]

MINE = "/api/v1/recommendations/"


@pytest.fixture(autouse=True)
def kept(options: Options, settings: Settings, redis_url: str) -> None:
    settings.REDIS_URL = redis_url


def _listed(mine: Client, **asked: object) -> list[int]:
    return [each["id"] for each in mine.get(MINE, asked).json()["results"]]


def test_the_same_question_is_worked_out_once(
    mine: Client, ada: User, site: list[Movie], monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(ada.rater, site[0], stars=5)
    first = mine.get(MINE)
    monkeypatch.setattr(api, "_recommended", None)
    again = mine.get(MINE)
    assert (again.content, again["Content-Type"], again["Cache-Control"]) == (
        first.content,
        "application/json",
        first["Cache-Control"],
    )


def test_another_question_gets_another_answer(mine: Client, ada: User, site: list[Movie]) -> None:
    rated(ada.rater, site[0], stars=5)
    assert len(_listed(mine, n=3)) == 3
    assert len(_listed(mine, n=4)) == 4
    assert _listed(mine, n=4, genre="Horror") != _listed(mine, n=4)
    assert mine.get(MINE, {"recommender": "svd"}).json()["recommender"] == "svd"


def test_a_rating_is_in_the_next_answer(mine: Client, ada: User, site: list[Movie]) -> None:
    rated(ada.rater, site[0], stars=5)
    best = _listed(mine)[0]
    rated(ada.rater, Movie.objects.get(pk=best), stars=5)
    assert best not in _listed(mine)


def test_a_hidden_film_is_gone_at_once_and_can_come_back(mine: Client, ada: User, site: list[Movie]) -> None:
    rated(ada.rater, site[0], stars=5)
    best = Movie.objects.get(pk=_listed(mine)[0])
    hide(rater=ada.rater, movie=best)
    assert best.pk not in _listed(mine)
    unhide(rater=ada.rater, movie=best)
    assert best.pk in _listed(mine)


def test_without_redis_answers_are_worked_out(mine: Client, ada: User, site: list[Movie], settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    rated(ada.rater, site[0], stars=5)
    assert _listed(mine)
