"""People with opinions, on the small site of two tastes."""

from collections.abc import Sequence

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Movie
from tests.films import account, rated


def fan(name: str, liked: Sequence[Movie], disliked: Sequence[Movie] = (), *, shares: bool = True) -> User:
    """Return an account that gave some films 4½ stars and others one."""
    user = account(name)
    rated(user.rater, *liked, stars=4.5)
    rated(user.rater, *disliked, stars=1)
    User.objects.filter(pk=user.pk).update(shares_taste=shares)
    user.refresh_from_db()
    return user


@pytest.fixture
def guest() -> Client:
    """A browser without an account."""
    return Client()
