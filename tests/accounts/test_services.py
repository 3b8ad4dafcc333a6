"""The one place where ratings are written: films' counts stay exact, and taste is known to have changed."""

import math
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from accounts import services
from accounts.models import HiddenMovie, User
from catalog.models import Movie, Rater, Rating, Tagging
from tests.films import NOON, account, film, films, rated, tagged

pytestmark = pytest.mark.django_db


def counts(movie: Movie) -> tuple[int, int]:
    """Return how many ratings the film says it has, and their sum in half stars."""
    movie.refresh_from_db()
    return movie.rating_count, movie.rating_sum


def test_a_rating_is_counted_once_however_often_it_changes() -> None:
    rater, heat = account().rater, film("Heat (1995)")
    for stars in (5, 0.5, 3.5):
        services.rate(rater=rater, movie=heat, stars=stars, at=NOON)
    assert counts(heat) == (1, 7)


def test_a_rating_that_is_taken_back_leaves_nothing_behind() -> None:
    rater, heat = account().rater, film("Heat (1995)", known=2)
    services.rate(rater=rater, movie=heat, stars=5, at=NOON)
    assert services.unrate(rater=rater, movie=heat)
    assert counts(heat) == (2, 14)
    assert not Rating.objects.exists()


def test_taking_back_what_was_never_given_changes_nothing() -> None:
    rater, heat = account().rater, film("Heat (1995)", known=2)
    assert not services.unrate(rater=rater, movie=heat)
    assert (counts(heat), rater.taste_version) == ((2, 14), 0)


def test_every_change_of_taste_raises_its_version_and_no_other_call_does() -> None:
    rater, heat = account().rater, film("Heat (1995)")
    services.rate(rater=rater, movie=heat, stars=4, at=NOON)
    services.rate(rater=rater, movie=heat, stars=4, at=NOON + timedelta(days=1))
    assert rater.taste_version == 1
    services.rate(rater=rater, movie=heat, stars=3, at=NOON)
    services.unrate(rater=rater, movie=heat)
    assert Rater.objects.get().taste_version == rater.taste_version == 3


@pytest.mark.parametrize("stars", [0, 0.25, 5.5, -1, 4.3, math.nan, math.inf, -math.inf, 10**400])
def test_a_rating_off_the_half_star_grid_is_refused(stars: float) -> None:
    with pytest.raises(services.RatingRefused, match="½ to 5"):
        services.rate(rater=account().rater, movie=film("Heat (1995)"), stars=stars, at=NOON)
    assert not Rating.objects.exists()


def test_hiding_a_film_twice_is_hiding_it_once() -> None:
    rater, heat = account().rater, film("Heat (1995)")
    services.hide(rater=rater, movie=heat)
    services.hide(rater=rater, movie=heat)
    assert HiddenMovie.objects.count() == 1
    services.unhide(rater=rater, movie=heat)
    assert not HiddenMovie.objects.exists()


def test_a_person_who_is_erased_leaves_nothing_and_the_films_counts_stay_exact(client: Client) -> None:
    ada, heat, up = account(), film("Heat (1995)", known=2), film("Up (2009)")
    rated(ada.rater, heat, up, stars=5)
    tagged(ada.rater, heat, "heist")
    services.hide(rater=ada.rater, movie=up)
    AuthToken.objects.create(user=ada)
    EmailAddress.objects.create(user=ada, email="ada@example.org")
    client.force_login(ada)
    assert services.erase(raters=[ada.rater]) == 1
    for model in (User, Rater, Rating, Tagging, HiddenMovie, AuthToken, EmailAddress, Session):
        assert not model.objects.exists(), model
    assert (counts(heat), counts(up)) == ((2, 14), (0, 0))


def test_erasing_one_person_leaves_the_others_as_they_were(client: Client) -> None:
    ada, ben, heat = account("ada"), account("ben"), film("Heat (1995)")
    rated(ada.rater, heat, stars=5)
    rated(ben.rater, heat, stars=2)
    client.force_login(ben)
    services.erase(raters=[ada.rater])
    assert counts(heat) == (1, 4)
    assert (Rating.objects.get().rater, Session.objects.count()) == (ben.rater, 1)


def test_people_without_an_account_are_erased_too() -> None:
    rater, heat = Rater.objects.create(), film("Heat (1995)")
    rated(rater, heat)
    assert services.erase(raters=Rater.objects.all()) == 1
    assert (counts(heat), Rater.objects.count()) == ((0, 0), 0)


def test_whoever_is_erased_already_is_passed_over() -> None:
    rater = account().rater
    twice = [Rater(pk=rater.pk), Rater(pk=rater.pk)]
    assert services.erase(raters=twice) == 1


def test_erasing_somebody_costs_no_more_queries_the_more_they_rated() -> None:
    ada, ben = account("ada").rater, account("ben").rater
    rated(ada, *films(2))
    rated(ben, *films(20))
    needed = []
    for rater in (ada, ben):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.erase(raters=[rater])
        needed.append(len(queries))
    assert needed[0] == needed[1]
