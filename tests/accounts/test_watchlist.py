"""The watchlist: onto it, off it, and off it by itself once a film has been rated or hidden."""

import re

import pytest
from django.test import Client

from accounts import services, watchlist
from accounts.models import User, WatchlistEntry
from catalog.models import Movie
from tests.films import NOON, film, films

pytestmark = [pytest.mark.django_db, pytest.mark.database]

HTMX = {"HX-Request": "true"}


@pytest.fixture
def heat() -> Movie:
    return film("Heat (1995)", "Crime")


@pytest.fixture
def watched(ada: User, heat: Movie) -> Movie:
    """A film that has been on Ada's watchlist since noon."""
    watchlist.watch(rater=ada.rater, movie=heat, since=NOON)
    return heat


def undo(client: Client, html: str) -> None:
    """Press the button that takes the last step back."""
    form = re.search(r'<form hx-post="([^"]+)".*?</form>', html, re.DOTALL)
    assert form
    fields = dict(re.findall(r'name="(stars|watched_since)" value="([^"]*)"', form[0]))
    client.post(form[1], fields, headers=HTMX)


def test_a_film_is_on_the_watchlist_once_however_often_it_is_put_there(mine: Client, heat: Movie) -> None:
    mine.post(f"/films/{heat.pk}/watch")
    mine.post(f"/films/{heat.pk}/watch")
    assert WatchlistEntry.objects.count() == 1
    assert "Take off watchlist" in mine.get(f"/films/{heat.pk}/").content.decode()


@pytest.mark.parametrize(("action", "fields"), [("rate", {"stars": "4"}), ("hide", {}), ("unwatch", {})])
def test_what_takes_a_film_off_the_watchlist_says_so_and_can_be_undone(
    mine: Client, watched: Movie, action: str, fields: dict[str, str]
) -> None:
    html = mine.post(f"/films/{watched.pk}/{action}", fields, headers=HTMX).content.decode()
    assert "off your watchlist" in html
    assert not WatchlistEntry.objects.exists()
    undo(mine, html)
    assert WatchlistEntry.objects.get().added_at == NOON


def test_a_film_that_was_rated_again_goes_back_with_its_former_stars(mine: Client, ada: User, heat: Movie) -> None:
    services.rate(rater=ada.rater, movie=heat, stars=3, at=NOON)
    watchlist.watch(rater=ada.rater, movie=heat)
    undo(mine, mine.post(f"/films/{heat.pk}/rate", {"stars": "5"}, headers=HTMX).content.decode())
    assert ada.rater.ratings.get().stars == 3
    assert WatchlistEntry.objects.exists()


def test_rating_another_film_says_nothing_of_the_watchlist(mine: Client, watched: Movie) -> None:
    html = mine.post(f"/films/{film('Cats (2019)').pk}/rate", {"stars": "1"}, headers=HTMX).content.decode()
    assert "watchlist, " not in html
    assert "off your watchlist" not in html


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-45T00:00:00", "2026-11-20T12:00:00", "\0"])
def test_a_moment_that_makes_no_sense_puts_nothing_back(mine: Client, heat: Movie, since: str) -> None:
    mine.post(f"/films/{heat.pk}/unrate", {"watched_since": since})
    assert not WatchlistEntry.objects.exists()


def test_a_full_watchlist_says_what_to_do(mine: Client, watched: Movie, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchlist, "MOST_WATCHED", 1)
    response = mine.post(f"/films/{film('Cats (2019)').pk}/watch", follow=True)
    assert "Your watchlist is full" in response.content.decode()
    assert WatchlistEntry.objects.count() == 1


def test_somebody_elses_watchlist_is_left_alone(mine: Client, heat: Movie, django_user_model: type[User]) -> None:
    other = django_user_model.objects.create_user("bob", password="popcorn-and-tea")
    watchlist.watch(rater=other.rater, movie=heat)
    mine.post(f"/films/{heat.pk}/rate", {"stars": "4"})
    assert WatchlistEntry.objects.get().rater == other.rater


# --- what one is not interested in ----------------------------------------------------------------------------------


def test_hidden_films_have_a_page_of_their_own_and_can_be_shown_again(mine: Client, heat: Movie) -> None:
    mine.post(f"/films/{heat.pk}/hide")
    html = mine.get("/me/hidden/").content.decode()
    assert f'formaction="/films/{heat.pk}/unhide"' in html
    assert f"film-{heat.pk}" not in mine.get("/me/ratings/").content.decode()


def test_pages_without_anything_on_them_say_the_next_step(client: Client) -> None:
    assert "Add to watchlist" in client.get("/me/watchlist/").content.decode()
    assert "Not interested" in client.get("/me/hidden/").content.decode()


def test_hidden_films_come_in_pages_at_the_same_number_of_queries(
    mine: Client, ada: User, django_assert_max_num_queries: object
) -> None:
    for each in films(30):
        services.hide(rater=ada.rater, movie=each)
    assert len(mine.get("/me/hidden/").context["page"]) == 24
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        mine.get("/me/hidden/")
