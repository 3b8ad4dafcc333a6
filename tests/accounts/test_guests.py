"""Visitors who do something before they sign up."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import adopting, services, views
from accounts.adapters import AccountAdapter
from accounts.adopting import CameAlong, adopt
from accounts.guests import LIFETIME, rater_of, rater_or_guest
from accounts.importing import store
from accounts.models import (
    FilmList,
    Guest,
    HiddenMovie,
    ImportedRating,
    MovieNight,
    MutedRating,
    PickedMovie,
    RatingImport,
    TasteSettings,
    User,
    WatchlistEntry,
)
from accounts.tasks import purge_demo_accounts, purge_guests
from catalog.models import Movie, Rater
from catalog.services import repair_totals
from recommendations.models import Forecast
from tests.films import NOON, account, film, films, rated

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


def test_a_page_asks_once_who_reads_it(visit: HttpRequest) -> None:
    rater_or_guest(visit)
    with CaptureQueriesContext(connection) as queries:
        rater_of(visit), rater_of(visit), rater_of(visit)
    assert len([query for query in queries if query["sql"].startswith("SELECT")]) <= 1


# --- being away -----------------------------------------------------------------------------------------------------


def _come_back(client: Client, days: float) -> None:
    with time_machine.travel(NOON + timedelta(days=days), tick=False):
        client.get("/me/ratings/")


@pytest.fixture
def guest(client: Client) -> Rater:
    """Somebody without an account who rated two films and hid one at noon."""
    with time_machine.travel(NOON, tick=False):
        for title in ("Heat (1995)", "Alien (1979)"):
            client.post(f"/films/{film(title).pk}/rate", {"stars": "5"})
        client.post(f"/films/{film('Cats (2019)').pk}/hide")
    Guest.objects.update(seen_at=NOON)
    return Rater.objects.get(guest__isnull=False)


def test_it_is_noted_at_most_once_a_day_that_a_guest_is_here(client: Client, guest: Rater) -> None:
    _come_back(client, 0.9)
    assert Guest.objects.get().seen_at == NOON
    _come_back(client, 1.1)
    _come_back(client, 1.9)
    assert Guest.objects.get().seen_at == NOON + timedelta(days=1.1)


def test_a_page_writes_nothing_for_a_guest_who_was_here_today(client: Client, guest: Rater) -> None:
    with CaptureQueriesContext(connection) as queries:
        _come_back(client, 0.9)
    assert queries.captured_queries
    assert not [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


def test_a_guest_who_was_away_for_29_days_is_known_again(client: Client, guest: Rater) -> None:
    with time_machine.travel(NOON + timedelta(days=29)):
        purge_guests()
        assert "Alien" in client.get("/me/ratings/").content.decode()


def test_after_30_days_nothing_of_a_guest_is_left(client: Client, guest: Rater) -> None:
    with time_machine.travel(NOON + LIFETIME + timedelta(seconds=1)):
        purge_guests()
        assert client.get("/me/ratings/").status_code == 302
    assert not Rater.objects.exists()
    assert not Movie.objects.filter(rating_count__gt=0).exists()


def test_somebody_with_an_account_is_never_purged(ada: User) -> None:
    with time_machine.travel(NOON + 10 * LIFETIME):
        purge_guests()
    ada.refresh_from_db()


# --- signing up -----------------------------------------------------------------------------------------------------

NEWCOMER = {"username": "ellen", "email": "", "password1": "in-space-no-one"}


def test_signing_up_keeps_everything_and_models_learn_from_it_from_then_on(client: Client, guest: Rater) -> None:
    html = client.post("/accounts/signup/", NEWCOMER, follow=True).content.decode()
    owner = User.objects.get().rater
    assert owner == guest
    assert owner.trains
    assert not Guest.objects.exists()
    assert "Your 2 ratings came along." in html
    assert (owner.ratings.count(), owner.hidden_movies.count()) == (2, 1)


def test_a_sign_up_that_fails_leaves_the_guest_a_guest(client: Client, guest: Rater) -> None:
    client.post("/accounts/signup/", NEWCOMER | {"password1": "x"})
    assert Guest.objects.get().rater == guest


def test_pressing_sign_up_twice_leads_to_the_sign_in_and_loses_nothing(
    client: Client, guest: Rater, monkeypatch: pytest.MonkeyPatch
) -> None:
    account("ellen")
    monkeypatch.setattr(AccountAdapter, "clean_username", lambda self, name, shallow=False: name)  # free a moment ago
    answer = client.post("/accounts/signup/", NEWCOMER, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "just signed up with that name" in answer.content.decode()
    assert "Alien" in client.get("/me/ratings/").content.decode()


def test_after_signing_out_the_browser_is_nobodys(client: Client, guest: Rater) -> None:
    client.post("/accounts/signup/", NEWCOMER)
    client.post("/accounts/logout/")
    assert client.get("/me/ratings/").status_code == 302
    assert not Guest.objects.exists()


def test_a_second_sign_up_from_an_old_session_gets_nobody_elses_ratings(client: Client, guest: Rater) -> None:
    stale = Client()
    stale.cookies = client.cookies.copy()
    client.post("/accounts/signup/", NEWCOMER)
    stale.post("/accounts/signup/", NEWCOMER | {"username": "ash"})
    assert User.objects.filter(rater=guest).count() == 1


# --- signing in -----------------------------------------------------------------------------------------------------


def test_signing_in_brings_along_what_the_account_has_not_and_its_own_wins(
    client: Client, guest: Rater, ada: User
) -> None:
    heat = Movie.objects.get(title="Heat")
    rated(ada.rater, heat, stars=1)
    before = Rater.objects.get(pk=ada.rater.pk).taste_version
    html = client.post(
        "/accounts/login/", {"login": "ada", "password": "popcorn-and-tea"}, follow=True
    ).content.decode()
    assert "Your rating came along." in html
    assert {rating.movie.title: rating.stars for rating in ada.rater.ratings.all()} == {"Heat": 1, "Alien": 5}
    assert [hidden.movie.title for hidden in ada.rater.hidden_movies.all()] == ["Cats"]
    assert not Rater.objects.filter(pk=guest.pk).exists()
    assert Rater.objects.get(pk=ada.rater.pk).taste_version > before


def test_the_totals_of_films_are_exact_after_an_adoption(guest: Rater, ada: User) -> None:
    rated(ada.rater, Movie.objects.get(title="Heat"), stars=1)
    adopt(guest=guest, by=ada.rater)
    totals = list(Movie.objects.order_by("pk").values_list("rating_count", "rating_sum"))
    repair_totals()
    assert list(Movie.objects.order_by("pk").values_list("rating_count", "rating_sum")) == totals


def test_everything_else_a_guest_keeps_comes_along(guest: Rater, ada: User) -> None:
    heat, up = Movie.objects.get(title="Heat"), film("Up (2009)")
    for kind, movie in ((WatchlistEntry, up), (PickedMovie, heat), (MutedRating, heat)):
        kind.objects.create(rater=guest, movie=movie)
    Forecast.objects.create(rater=guest, movie=heat, stars=4, low=3, high=5)
    TasteSettings.objects.create(rater=guest, obscurity=2)
    FilmList.objects.create(owner=guest, name="Nights out")
    MovieNight.objects.create(host=guest, name="Friday").seats.create(rater=guest, name="Ellen")
    assert adopt(guest=guest, by=ada.rater) == CameAlong(ratings=2, watched=1, lists=1, nights=1)
    for kind in (WatchlistEntry, PickedMovie, MutedRating, Forecast, TasteSettings):
        assert kind.objects.get().rater == ada.rater, kind
    assert (FilmList.objects.get().owner, MovieNight.objects.get().seats.get().rater) == (ada.rater, ada.rater)


def test_a_list_of_a_name_that_the_account_has_comes_along_under_another(guest: Rater, ada: User) -> None:
    for owner in (guest, ada.rater):
        FilmList.objects.create(owner=owner, name="x" * 100)
    FilmList.objects.create(owner=ada.rater, name=f"{'x' * 96} (2)")
    adopt(guest=guest, by=ada.rater)
    assert FilmList.objects.filter(owner=ada.rater, name=f"{'x' * 96} (3)").count() == 1
    assert FilmList.objects.count() == 3


def test_nothing_on_the_watchlist_is_rated_or_hidden_afterwards(guest: Rater, ada: User) -> None:
    heat, cats = Movie.objects.get(title="Heat"), Movie.objects.get(title="Cats")
    up, jaws = film("Up (2009)"), film("Jaws (1975)")
    rated(ada.rater, up)
    services.hide(rater=ada.rater, movie=jaws)
    for rater, movie in ((ada.rater, heat), (ada.rater, cats), (guest, up), (guest, jaws)):
        WatchlistEntry.objects.create(rater=rater, movie=movie)
    adopt(guest=guest, by=ada.rater)
    assert [entry.movie for entry in WatchlistEntry.objects.all()] == [cats]
    assert [hidden.movie for hidden in HiddenMovie.objects.all()] == [jaws]


def test_the_watchlist_takes_no_more_than_there_is_room_for(
    guest: Rater, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adopting, "MOST_WATCHED", 2)
    for movie in films(3):
        WatchlistEntry.objects.create(rater=guest, movie=movie)
    assert adopt(guest=guest, by=ada.rater).watched == WatchlistEntry.objects.count() == 2


def test_settings_that_the_account_has_stay(guest: Rater, ada: User) -> None:
    for rater, age in ((guest, 2), (ada.rater, -1)):
        TasteSettings.objects.create(rater=rater, age=age)
    adopt(guest=guest, by=ada.rater)
    assert TasteSettings.objects.get().age == -1


def test_an_import_that_came_along_can_be_taken_back_without_what_the_account_had_said(
    guest: Rater, ada: User
) -> None:
    heat, alien, up = (*Movie.objects.filter(title__in=["Alien", "Heat"]).order_by("-title"), film("Up (2009)"))
    rated(ada.rater, heat, stars=5)
    WatchlistEntry.objects.create(rater=ada.rater, movie=up)
    report = {"watchlist": [up.pk], "off_watchlist": []}
    record = RatingImport.objects.create(rater=guest, source="table", report=report)
    for movie in (heat, alien):
        ImportedRating.objects.create(rating_import=record, movie=movie, half_stars=10)
    adopt(guest=guest, by=ada.rater)
    assert store.undo(record=RatingImport.objects.get(rater=ada.rater), at=NOON) == 1
    assert (ada.rater.ratings.get().movie, WatchlistEntry.objects.get().movie) == (heat, up)


def test_a_file_that_waits_for_a_guest_waits_for_the_account(
    client: Client, guest: Rater, ada: User, settings: object, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    address = client.post("/me/import/", {"text": "title,year,rating\nHeat,1995,4\n"}).url
    client.post("/accounts/login/", {"login": "ada", "password": "popcorn-and-tea"})
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("came", "words"),
    [
        (CameAlong(), ""),
        (CameAlong(ratings=2), "Your 2 ratings came along."),
        (CameAlong(lists=1), "Your list came along."),
        (CameAlong(2, 3, 1, 1), "Your 2 ratings, 3 watchlist films, list and movie night came along."),
    ],
)
def test_all_that_came_along_is_said(came: CameAlong, words: str) -> None:
    assert came.words == words


def test_a_mute_stays_with_the_rating_it_was_put_on(guest: Rater, ada: User) -> None:
    heat = Movie.objects.get(title="Heat")
    rated(ada.rater, heat, stars=1)
    MutedRating.objects.create(rater=guest, movie=heat)
    adopt(guest=guest, by=ada.rater)
    assert not MutedRating.objects.exists()


def test_an_adoption_happens_once(guest: Rater, ada: User) -> None:
    twice = [guest, Rater.objects.get(pk=guest.pk)]
    assert [adopt(guest=each, by=ada.rater) for each in twice] == [CameAlong(2), CameAlong()]
    assert HiddenMovie.objects.count() == 1


def test_what_a_guest_does_while_their_account_takes_everything_over_ends_in_a_sentence(
    client: Client, guest: Rater, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def adopted_meanwhile(rater: Rater, movie: Movie) -> None:
        adopt(guest=rater, by=ada.rater)

    monkeypatch.setattr(views.selectors, "on_watchlist_since", adopted_meanwhile)
    answer = client.post(f"/films/{film('Up (2009)').pk}/rate", {"stars": 5})
    assert (answer.status_code, "reload the page" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("end", ["sign out", "wait a day"])
def test_trying_a_demo_account_takes_nothing_from_a_guest(
    client: Client, guest: Rater, settings: object, end: str
) -> None:
    settings.DEMO = True
    client.post("/auth/demo")
    assert not User.objects.get(is_demo=True).rater.ratings.exists()
    if end == "sign out":
        client.post("/accounts/logout/")
    with time_machine.travel(timezone.now() + timedelta(days=1.1)):
        purge_demo_accounts()
        assert "Alien" in client.get("/me/ratings/").content.decode()
    assert (User.objects.count(), guest.ratings.count()) == (0, 2)
