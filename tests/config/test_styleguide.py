"""The page of all components: for the owner's staff and for developers, complete whatever films there are."""

import re

import pytest
from django.conf import LazySettings
from django.test import Client

from accounts.models import User
from tests.films import films

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    """A browser in which the owner is signed in."""
    client.force_login(User.objects.create_superuser("owner", password="popcorn-and-tea"))
    return client


def test_nobody_but_staff_and_developers_finds_it(client: Client, ada: User, settings: LazySettings) -> None:
    assert client.get("/styleguide/").status_code == 404
    client.force_login(ada)
    assert client.get("/styleguide/").status_code == 404
    settings.DEBUG = True
    assert client.get("/styleguide/").status_code == 200


@pytest.mark.parametrize("there_are", [0, 3, 60])
def test_every_component_is_there_once_however_many_films_there_are(staff: Client, there_are: int) -> None:
    films(there_are)
    html = staff.get("/styleguide/").content.decode()
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    for component in ("card large", "card medium", "card small", "outlook", "range", "distribution", "toast", "pager"):
        assert f'class="{component}' in html


@pytest.mark.parametrize(("theme", "said"), [("by-night", "by-night"), ("by-day", "by-day"), ("x", "")])
def test_either_theme_can_be_looked_at(staff: Client, theme: str, said: str) -> None:
    assert f'class="guide {said}"' in staff.get(f"/styleguide/?theme={theme}").content.decode()
