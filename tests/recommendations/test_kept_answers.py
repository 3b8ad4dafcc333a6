"""Whoever comes with a token is given a recent answer again by one query: their own, of this run and this taste."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accounts.models import User
from accounts.services import rate
from catalog.models import Movie
from recommendations import api
from recommendations.models import TrainingRun
from recommendations.store import StoreUnavailable
from recommendations.store.redis_lists import RedisAnswers
from recommendations.training.options import Options
from tests.films import NOON, account, rated

pytestmark = [pytest.mark.django_db, pytest.mark.redis, pytest.mark.database, pytest.mark.usefixtures("live")]

LIST = "/api/v1/recommendations/?n=5"


@pytest.fixture(autouse=True)
def kept(options: Options, settings: Settings, redis_url: str) -> None:
    redis.Redis.from_url(redis_url).flushall()
    settings.REDIS_URL = redis_url


def bearer(user: User) -> Client:
    return Client(headers={"Authorization": f"Bearer {AuthToken.objects.create(user)[1]}"})


@pytest.fixture
def reader(ada: User, site: list[Movie]) -> Client:
    """Ada's program, which has just been given her list."""
    rated(ada.rater, site[0], stars=5)
    client = bearer(ada)
    assert client.get(LIST).status_code == 200
    return client


def test_a_kept_answer_takes_one_query(reader: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert reader.get(LIST).status_code == 200


def test_a_kept_answer_is_the_first_one_word_for_word_and_as_well_guarded(ada: User, site: list[Movie]) -> None:
    rated(ada.rater, site[0], stars=5)
    first, again = (client.get(LIST) for client in [bearer(ada)] * 2)
    assert again.content == first.content
    for name in ("Content-Type", "Cache-Control", "Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"):
        assert again[name] == first[name], name


def test_nobody_is_given_the_answer_of_somebody_else(reader: Client, site: list[Movie]) -> None:
    bob = account("bob")
    rated(bob.rater, site[-1], stars=5)
    bobs = bearer(bob)
    assert bobs.get(LIST).json()["results"] != reader.get(LIST).json()["results"]
    assert bobs.get(LIST).json() == bobs.get(LIST).json() != reader.get(LIST).json()


@pytest.mark.parametrize("change", ["revoked", "expired", "deactivated"])
def test_a_token_that_is_no_longer_valid_is_given_nothing(reader: Client, ada: User, change: str) -> None:
    if change == "revoked":
        AuthToken.objects.all().delete()
    elif change == "expired":
        AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    else:
        User.objects.filter(pk=ada.pk).update(is_active=False)
    assert reader.get(LIST).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Basic x", "Bearer \xff\xfe", "Bearer a\x00b"])
def test_any_other_header_is_refused_in_words(reader: Client, header: str) -> None:
    answer = Client().get(LIST, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json()["error"]["message"]


def test_a_rating_is_in_the_next_answer(reader: Client, ada: User) -> None:
    best = reader.get(LIST).json()["results"][0]["id"]
    rate(rater=ada.rater, movie=Movie.objects.get(pk=best), stars=5, at=NOON)
    assert best not in [film["id"] for film in reader.get(LIST).json()["results"]]


def test_a_new_run_is_in_the_next_answer(reader: Client, go: Callable[[], TrainingRun]) -> None:
    run = go()
    assert reader.get(LIST).json()["run"] == run.pk


def test_another_question_is_another_answer(reader: Client) -> None:
    assert reader.get(LIST.replace("n=5", "n=4")).json()["count"] == 4
    assert reader.get(LIST.replace("n=5", "n=0")).status_code == 400
    assert reader.get(f"{LIST}0").json()["count"] != 5


def test_when_redis_goes_away_answers_are_worked_out(
    reader: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise StoreUnavailable("Redis does not do its part: it is gone")

    before = reader.get(LIST).json()["results"]
    monkeypatch.setattr(RedisAnswers, "get", gone)
    monkeypatch.setattr(RedisAnswers, "put", gone)
    assert reader.get(LIST).json()["results"] == before


def test_one_person_cannot_fill_redis_with_questions(reader: Client, redis_url: str) -> None:
    for place in range(40):
        reader.get(f"{LIST}&anything={place}")
    assert len(list(redis.Redis.from_url(redis_url).scan_iter("marquee:answers:*"))) <= 8


def test_only_the_very_same_question_finds_an_answer(redis_url: str) -> None:
    answers = RedisAnswers(redis_url)
    answers.put(1, "7 0 n=2", b"two")
    assert answers.get(1, "7 0 n=2") == b"two"
    for rater, asked in [(2, "7 0 n=2"), (1, "8 0 n=2"), (1, "7 1 n=2"), (1, "7 0 n=20"), (1, "7 0 n=2\n")]:
        assert answers.get(rater, asked) is None


def test_what_is_kept_is_not_worked_out_again(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_recommendations", None)
    assert reader.get(LIST).status_code == 200
