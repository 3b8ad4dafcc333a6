"""Taste twins: who sees whom, and what."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import Movie, Numbering
from recommendations.insight import twins
from recommendations.insight.twins import pair, twin_of, twins_of
from recommendations.models import TrainingRun
from tests.films import rated
from tests.recommendations.insight.conftest import fan

pytestmark = pytest.mark.django_db
PAGE = "/me/twins/"


@pytest.fixture
def like(site: list[Movie]) -> User:
    """Ada, who shares and likes science fiction."""
    return fan("ada", site[:6], site[20:24])


@pytest.fixture
def alike(like: User, site: list[Movie]) -> User:
    """Grace, who likes nearly the same."""
    return fan("grace", site[:8], site[20:26])


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_tastes_are_private_until_their_owner_says_otherwise(mine: Client, ada: User) -> None:
    assert not ada.shares_taste
    assert "yours is private" in mine.get(PAGE).content.decode()
    mine.post(PAGE + "share", {"shares": "yes"})
    ada.refresh_from_db()
    assert ada.shares_taste
    assert "Make it private again" in mine.get(PAGE).content.decode()


def test_visitors_sign_in_first(client: Client) -> None:
    for address in (PAGE, PAGE + "of/ada/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")
    assert client.post(PAGE + "share", {"shares": "yes"}).headers["Location"].startswith("/accounts/login/")


def test_the_most_alike_come_first_and_opposites_last(like: User, alike: User, site: list[Movie]) -> None:
    opposite = fan("eve", site[20:24], site[:6])
    found, strangers = twins_of(like)
    assert [twin.user for twin in found] == [alike, opposite]
    assert found[0].likeness.percent > 50 > found[1].likeness.percent
    assert (found[0].likeness.films, strangers) == (10, 0)


def test_who_does_not_share_sees_nobody_and_is_seen_by_nobody(like: User, alike: User) -> None:
    User.objects.filter(pk=alike.pk).update(shares_taste=False)
    alike.refresh_from_db()
    assert twins_of(like) == ([], 0)
    assert twins_of(alike) == ([], 0)
    assert twin_of(like, "grace") is None
    assert browser(like).get(PAGE + "of/grace/").status_code == browser(alike).get(PAGE + "of/ada/").status_code == 404


def test_switching_off_hides_at_once(like: User, alike: User) -> None:
    looking = browser(like)
    assert looking.get(PAGE + "of/grace/").status_code == 200
    browser(alike).post(PAGE + "share", {"shares": "no"})
    assert looking.get(PAGE + "of/grace/").status_code == 404
    assert "grace" not in looking.get(PAGE).content.decode()


def test_accounts_that_are_closed_are_not_shown(like: User, alike: User) -> None:
    User.objects.filter(pk=alike.pk).update(is_active=False)
    assert twins_of(like) == ([], 0)


def test_four_common_films_are_too_few_to_say_anything(like: User, site: list[Movie]) -> None:
    fan("stranger", site[:4])
    assert twins_of(like) == ([], 1)
    assert twin_of(like, "stranger") is None


def test_a_pair_knows_what_both_like_and_where_they_differ(like: User, alike: User, site: list[Movie]) -> None:
    rated(alike.rater, site[5], stars=1.5)
    found = pair(like.rater, alike.rater)
    assert {film.movie for film in found.liked} == set(site[:5])
    assert [(film.movie, film.own, film.theirs) for film in found.apart] == [(site[5], 4.5, 1.5)]


def test_films_to_watch_together_were_rated_and_hidden_by_neither_and_both_would_like_them(
    like: User, alike: User, site: list[Movie], live: TrainingRun
) -> None:
    alike.rater.hidden_movies.create(movie=site[9])
    found = pair(like.rater, alike.rater).ahead
    assert {film.movie.pk for film in found[:4]} <= {movie.pk for movie in site[8:20]} - {site[9].pk}
    together = [film.own.stars + film.theirs.stars for film in found]
    assert together == sorted(together, reverse=True)


def test_the_page_of_two_names_no_film_that_only_one_has_rated(like: User, alike: User) -> None:
    secret = Movie.objects.create(numbering=Numbering.ML_100K, number=1, title="Secret Diary")
    rated(alike.rater, secret, stars=5)
    assert "Secret Diary" not in browser(like).get(PAGE + "of/grace/").content.decode()


def test_oneself_is_no_twin(like: User) -> None:
    assert twins_of(like) == ([], 0)
    assert browser(like).get(PAGE + "of/ada/").status_code == 404


def test_only_so_many_people_are_compared(like: User, site: list[Movie], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "MOST_PEOPLE", 2)
    for number in range(4):
        fan(f"fan{number}", site[:6])
    assert len(twins_of(like)[0]) == 2


def test_more_people_take_no_more_queries(like: User, site: list[Movie]) -> None:
    looking = browser(like)

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert looking.get(PAGE).status_code == 200
        return len(made)

    fan("fan", site[:6])
    before = queries()
    for number in range(5):
        fan(f"fan{number}", site[:7])
    assert queries() == before
