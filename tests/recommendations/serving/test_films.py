"""Films that are read once for many lists are given as they are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Catalogue, Movie
from catalog.selectors import catalogue_stamp
from recommendations.serving import films as module
from recommendations.serving.films import ShownFilms
from tests.films import film

pytestmark = pytest.mark.django_db


@pytest.fixture
def heat() -> Movie:
    return film("Heat (1995)", "Crime")


def _read(shown: ShownFilms, *keys: int) -> tuple[dict[int, Movie], int]:
    stamp = catalogue_stamp()
    with CaptureQueriesContext(connection) as asked:
        found = shown.get(keys, stamp)
        _ = [list(each.genres.all()) for each in found.values()]
    return found, len(asked)


def test_a_film_is_read_once_with_its_genres(heat: Movie) -> None:
    shown = ShownFilms()
    assert _read(shown, heat.pk) == ({heat.pk: heat}, 2)
    assert _read(shown, heat.pk, 99) == ({heat.pk: heat}, 1)
    assert _read(shown, heat.pk) == ({heat.pk: heat}, 0)


def test_a_change_of_a_film_is_seen_at_once(heat: Movie) -> None:
    shown = ShownFilms()
    _read(shown, heat.pk)
    Movie.objects.filter(pk=heat.pk).update(title="Cold")
    Catalogue.changed()
    assert _read(shown, heat.pk)[0][heat.pk].title == "Cold"


def test_after_a_minute_it_is_read_again(heat: Movie, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = ShownFilms()
    _read(shown, heat.pk)
    monkeypatch.setattr(module, "SECONDS", 0)
    monkeypatch.setattr(module.time, "monotonic", lambda: float("inf"))
    assert _read(shown, heat.pk)[1] == 2


def test_no_more_are_kept_than_there_is_room_for(heat: Movie, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FILMS", 1)
    shown, other = ShownFilms(), film("Ronin (1998)")
    assert set(_read(shown, heat.pk, other.pk)[0]) == {heat.pk, other.pk}
    assert _read(shown, heat.pk)[1] == 2
