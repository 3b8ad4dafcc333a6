"""Visitors who do something before they sign up."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from accounts.guests import rater_of, rater_or_guest
from accounts.models import Guest, User
from catalog.models import Rater

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(rf: RequestFactory) -> HttpRequest:
    """A first request of a browser."""
    request = rf.get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    return request


def test_who_only_looks_leaves_nothing_behind(visit: HttpRequest) -> None:
    assert rater_of(visit) is None
    assert not Rater.objects.exists()
    assert not visit.session.modified


def test_a_visitor_who_does_something_is_remembered_and_trains_nothing(visit: HttpRequest) -> None:
    rater = rater_or_guest(visit)
    assert not rater.trains
    assert rater_of(visit) == rater == rater_or_guest(visit)
    assert Guest.objects.count() == 1


def test_a_number_in_a_session_opens_nobody_else(visit: HttpRequest, ada: User) -> None:
    visit.session["guest"] = ada.rater.public_id
    assert rater_of(visit) is None


def test_somebody_with_an_account_is_no_guest(visit: HttpRequest, ada: User) -> None:
    visit.user = ada
    assert rater_or_guest(visit) == ada.rater
    assert not Guest.objects.exists()
