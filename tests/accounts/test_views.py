"""Rating and hiding on pages: with and without scripts, by the right person, however often."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services, taste
from accounts.models import Guest, HiddenMovie, User
from accounts.selectors import rating_of
from catalog.models import Movie, Rater, Rating
from tests.films import account, film, films, rated

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
ACTIONS = ["rate", "unrate", "hide", "unhide"]


@pytest.fixture
def heat() -> Movie:
    return film("Heat (1995)")


def rate(client: Client, movie: Movie, stars: object = "4.5", made_for: object = "", **more: object):
    sent = {"stars": stars, "next": "/films/?page=2", "made_for": made_for}
    return client.post(f"/films/{movie.pk}/rate", sent, **more)


# --- rating ---------------------------------------------------------------------------------------------------------


def test_a_rating_is_kept_and_leads_back_to_where_one_was(mine, ada, heat):
    assert rate(mine, heat).url == "/films/?page=2"
    assert ada.rater.ratings.get().stars == 4.5


def test_what_was_done_is_said_on_the_next_page(mine, heat):
    response = mine.post(f"/films/{heat.pk}/rate", {"stars": "0.5"}, follow=True)
    assert "You gave Heat ½ star." in response.content.decode()


def test_twice_the_same_rating_is_one(mine, ada, heat):
    rate(mine, heat)
    rate(mine, heat)
    heat.refresh_from_db()
    assert (heat.rating_count, ada.rater.ratings.count()) == (1, 1)


def test_a_rating_can_be_changed_and_taken_back(mine, ada, heat):
    rate(mine, heat, 2)
    rate(mine, heat, 4)
    assert ada.rater.ratings.get().stars == 4
    mine.post(f"/films/{heat.pk}/unrate")
    mine.post(f"/films/{heat.pk}/unrate")
    assert not Rating.objects.exists()


def test_htmx_gets_the_control_as_it_is_now_and_a_way_back(mine, heat):
    response = rate(mine, heat, headers=HTMX)
    html = response.content.decode()
    assert "taste-changed" in response["HX-Trigger"]
    assert re.search(r'value="4.5"[^>]* checked', html)
    assert f'hx-post="/films/{heat.pk}/unrate"' in html


def test_undoing_a_change_gives_the_former_stars_again(mine, heat):
    rate(mine, heat, 2)
    html = rate(mine, heat, 5, headers=HTMX).content.decode()
    assert '<input type="hidden" name="stars" value="2.0">' in html


def _undo(client: Client, html: str):
    """Press the button of the way back that an answer has."""
    address = re.search(r'<form hx-post="([^"]+)"', html)[1]
    way_back = html.partition('<div id="toast"')[2]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', way_back))
    return client.post(address, sent, headers=HTMX)


@pytest.mark.parametrize("step", ["rate", "unrate"])
def test_undoing_gives_the_rating_back_as_it_was(mine, ada, heat, step):
    before = datetime(2003, 5, 1, 12, tzinfo=UTC)
    services.rate(rater=ada.rater, movie=heat, stars=4, at=before)
    taste.mute(rater=ada.rater, movie=heat)
    html = mine.post(f"/films/{heat.pk}/{step}", {"stars": "1"}, headers=HTMX).content.decode()
    _undo(mine, html)
    rating = rating_of(ada.rater, heat)
    assert (rating.stars, rating.rated_at, rating.muted) == (4, before, True)


@pytest.mark.parametrize("moment", ["2099-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "2003-05-01", "\0"])
def test_a_moment_that_no_rating_can_have_is_now(mine, ada, heat, moment):
    mine.post(f"/films/{heat.pk}/rate", {"stars": "4", "rated_at": moment})
    assert timezone.now() - ada.rater.ratings.get().rated_at < timedelta(hours=1)


@pytest.mark.parametrize("stars", ["", "0", "0.25", "5.5", "-1", "nan", "inf", "1e400", "4,5", "★", "\0", "9" * 5000])
def test_what_is_no_rating_is_refused_beside_the_stars(mine, heat, stars):
    response = rate(mine, heat, stars, headers=HTMX)
    assert response.status_code == 422
    assert re.search(r'role="alert"><ul class="errorlist"><li>[^<]+ star', response.content.decode())
    assert not Rating.objects.exists()


def test_a_refused_rating_is_explained_without_scripts_too(mine, heat):
    response = mine.post(f"/films/{heat.pk}/rate", {"next": "/films/"}, follow=True)
    assert response.redirect_chain == [("/films/", 302)]
    assert "Please choose a star first." in response.content.decode()


# --- who may, and from where ----------------------------------------------------------------------------------------


def test_a_visitor_rates_like_anybody_else_and_goes_on_where_they_were(client, heat):
    assert rate(client, heat).url == "/films/?page=2"
    rate(client, film("Alien (1979)"))
    guest = Guest.objects.get().rater
    assert [rating.stars for rating in guest.ratings.all()] == [4.5, 4.5]
    assert not guest.trains


def test_a_visitor_gets_the_control_as_it_is_now(client, heat):
    html = rate(client, heat, headers=HTMX).content.decode()
    assert re.search(r'value="4.5"[^>]* checked', html)


def test_a_visitor_hides_a_film(client, heat):
    client.post(f"/films/{heat.pk}/hide")
    assert Guest.objects.get().rater.hidden_movies.get().movie == heat


def test_a_visitor_whose_rating_is_refused_leaves_nothing_behind(client, heat):
    assert rate(client, heat, "6", headers=HTMX).status_code == 422
    assert not Rater.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", ["/", "/films/", "/films/{}/", "/search/?q=heat", "/start/", "/start/rating/"])
def test_who_only_looks_leaves_nothing_behind(client, heat, address):
    assert client.get(address.format(heat.pk), follow=True).status_code == 200
    assert not Rater.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize("address", ["/films/", "/films/{}/", "/"])
def test_a_visitor_is_offered_to_rate_every_film(client, heat, address):
    page = client.get(address.format(heat.pk)).content.decode()
    assert f'id="rating-{heat.pk}"' in page or f'hx-get="/films/{heat.pk}/sheet"' in page


def test_a_guest_sees_what_they_rated(client, heat):
    rate(client, heat)
    assert "Your rating: <strong>4½</strong>" in client.get("/me/ratings/").content.decode()
    assert "Your rating: <strong>4½</strong>" in client.get(f"/films/{heat.pk}/").content.decode()


def test_a_page_and_its_forms_say_for_whom_they_were_made(mine, ada, heat):
    html = mine.get(f"/films/{heat.pk}/").content.decode()
    assert f'name="made_for" value="{ada.rater.public_id}"' in html
    assert f'hx-headers=\'{{"Made-For":"{ada.rater.public_id}"}}\'' in html
    assert 'name="made_for" value=""' in Client().get(f"/films/{heat.pk}/").content.decode()


@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_has_been_signed_out_meanwhile_is_told_so_and_nothing_is_done(client, ada, heat, action):
    answer = client.post(f"/films/{heat.pk}/{action}", {"stars": 5, "made_for": ada.rater.public_id}, follow=True)
    assert "You have been signed out" in answer.content.decode()
    assert not Guest.objects.exists()


def test_what_a_page_of_before_the_signing_out_fetches_acts_for_nobody_either(client, ada, heat):
    of_the_page = HTMX | {"Made-For": str(ada.rater.public_id)}
    sheet = client.get(f"/films/{heat.pk}/sheet", headers=of_the_page).content.decode()
    assert 'name="made_for" value=""' in sheet
    answer = client.post(f"/films/{heat.pk}/rate", {"stars": 5, "made_for": ""}, headers=of_the_page)
    assert (answer.status_code, "You have been signed out" in answer.content.decode()) == (422, True)
    assert not Rating.objects.exists()


def test_nobody_acts_for_somebody_else_who_has_signed_in_meanwhile(mine, ada, heat):
    answer = rate(mine, heat, made_for=account("ben").rater.public_id, headers=HTMX)
    assert "from before you signed in or out" in answer.content.decode()
    assert not Rating.objects.exists()


def test_forms_from_before_a_visitor_became_a_guest_go_on_working(client, heat):
    for movie in (heat, film("Alien (1979)")):
        assert rate(client, movie, made_for="", headers=HTMX | {"Made-For": ""}).status_code == 200
    assert Guest.objects.get().rater.ratings.count() == 2


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_changed_by_a_link(mine, heat, action):
    assert mine.get(f"/films/{heat.pk}/{action}").status_code == 405


@pytest.mark.parametrize("action", ACTIONS)
def test_a_film_that_is_not_there_cannot_be_rated_or_hidden(mine, action):
    assert mine.post(f"/films/999/{action}", {"stars": "5"}).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "films", "\\\\evil", "", "/\\evil"],
)
def test_nobody_is_led_to_another_site(mine, heat, elsewhere):
    response = mine.post(f"/films/{heat.pk}/rate", {"stars": "5", "next": elsewhere})
    assert response.url == f"/films/{heat.pk}/"


def test_a_stale_form_is_answered_kindly_and_changes_nothing(ada, heat):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    response = rate(browser, heat)
    assert response.status_code == 403
    assert "Please try that again" in response.content.decode()
    assert not Rating.objects.exists()


# --- not interested -------------------------------------------------------------------------------------------------


def test_a_film_can_be_hidden_and_shown_again(mine, heat):
    mine.post(f"/films/{heat.pk}/hide")
    mine.post(f"/films/{heat.pk}/hide")
    assert HiddenMovie.objects.count() == 1
    assert "Show again" in mine.get("/me/hidden/").content.decode()
    mine.post(f"/films/{heat.pk}/unhide")
    assert not HiddenMovie.objects.exists()


def test_a_film_that_is_rated_and_hidden_is_there_once(mine, ada, heat):
    rated(ada.rater, heat)
    mine.post(f"/films/{heat.pk}/hide")
    assert mine.get("/me/ratings/").content.decode().count(f'id="film-{heat.pk}"') == 1


# --- my ratings -----------------------------------------------------------------------------------------------------


def test_my_ratings_are_mine_newest_first(mine, ada):
    first, second, third = film("Heat (1995)"), film("Alien (1979)"), film("Cats (2019)")
    rated(ada.rater, first, second)
    rated(account("bob").rater, third)
    shown = re.findall(r'class="card-title">([^<]*)<', mine.get("/me/ratings/").content.decode())
    assert shown == ["Alien", "Heat"]


def test_without_ratings_the_page_says_the_next_step(mine):
    assert "You have not rated a film yet." in mine.get("/me/ratings/").content.decode()


def test_many_ratings_come_in_pages(mine, ada):
    rated(ada.rater, *films(30))
    assert 'href="?page=2"' in mine.get("/me/ratings/").content.decode()


def test_a_visitor_has_no_ratings_to_see(client):
    assert client.get("/me/ratings/").url == "/accounts/login/?next=/me/ratings/"


def test_the_number_of_queries_does_not_grow_with_ratings(mine, ada):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            mine.get("/me/ratings/")
        return len(captured)

    rated(ada.rater, *films(2))
    few = queries()
    rated(ada.rater, *films(20))
    assert queries() == few


# --- signing up, in and out -----------------------------------------------------------------------------------------


def test_signing_up_leads_to_a_home_page_of_ones_own(client, heat):
    data = {"username": "ellen", "email": "", "password1": "in-space-no-one"}
    html = client.post("/accounts/signup/", data, follow=True).content.decode()
    assert "Rate five films and this page becomes yours" in html
    assert "0 of 5" in html


def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client):
    html = client.post(
        "/accounts/signup/", {"username": "ellen", "email": "no", "password1": "12345678"}
    ).content.decode()
    assert 'value="ellen"' in html
    assert 'value="no"' in html
    assert re.search(r'<ul class="errorlist" id="id_email_error"><li>', html)
    assert re.search(r'<ul class="errorlist" id="id_password1_error"><li>', html)


def test_a_wrong_password_is_said_and_the_name_stays(client, ada):
    html = client.post("/accounts/login/", {"login": "ada", "password": "wrong"}).content.decode()
    assert 'value="ada"' in html
    assert 'role="alert"' in html


def test_signing_in_leads_back_to_where_one_wanted_to_be(client, ada):
    data = {"login": "ada", "password": "popcorn-and-tea", "next": "/me/ratings/"}
    assert client.post("/accounts/login/", data).url == "/me/ratings/"


def test_signing_out_takes_a_click_and_not_a_link(mine):
    mine.get("/accounts/logout/")
    assert "_auth_user_id" in mine.session
    mine.post("/accounts/logout/")
    assert "_auth_user_id" not in mine.session


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/accounts/login/", "Sign in"),
        ("/accounts/signup/", "Sign up"),
        ("/accounts/inactive/", "This account is closed"),
        ("/accounts/password/reset/", "A new password"),
        ("/accounts/password/reset/done/", "Look at your email"),
        ("/accounts/password/reset/key/done/", "Your password is changed"),
        ("/accounts/password/reset/key/1-x/", "This link does not work any more"),
        ("/accounts/confirm-email/x/", "This link does not work any more"),
        ("/accounts/confirm-email/", "Look at your email"),
    ],
)
def test_the_pages_around_an_account_are_in_our_look(client, address, heading):
    html = client.get(address).content.decode()
    assert re.search(rf"<h1>\s*[^<]*{heading}", html)
    assert 'class="wordmark"' in html


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/change/", "/accounts/email/", "/accounts/logout/", "/accounts/reauthenticate/"],
)
def test_the_pages_of_ones_own_account_are_in_our_look(mine, address):
    assert 'class="entrance"' in mine.get(address, follow=True).content.decode()


# --- the demo -------------------------------------------------------------------------------------------------------


def test_one_click_makes_an_account_for_trying(client, settings):
    settings.DEMO = True
    assert client.get("/auth/demo").status_code == 200
    assert not User.objects.exists()
    assert client.post("/auth/demo").url == "/"
    assert User.objects.get().is_demo


def test_whoever_is_signed_in_gets_no_second_account(mine, settings):
    settings.DEMO = True
    assert mine.post("/auth/demo").url == "/"
    assert User.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_demo_there_is_no_such_page(client, settings, method):
    settings.DEMO = False
    assert getattr(client, method)("/auth/demo").status_code == 404


# --- the sheet of a card --------------------------------------------------------------------------------------------


def test_a_sheet_holds_the_control_and_knows_the_page_it_opens_on(mine, heat):
    there = HTMX | {"HX-Current-URL": "http://testserver/films/?page=2"}
    sheet = mine.get(f"/films/{heat.pk}/sheet", headers=there).content.decode()
    assert f'id="rating-{heat.pk}"' in sheet
    assert 'name="next" value="/films/?page=2"' in sheet
    assert "<html" not in sheet


def test_a_sheet_of_elsewhere_does_not_lead_there(mine, heat):
    there = HTMX | {"HX-Current-URL": "https://evil.example/"}
    assert "evil" not in mine.get(f"/films/{heat.pk}/sheet", headers=there).content.decode()


def test_whoever_comes_to_a_sheet_by_its_address_finds_the_film(mine, heat):
    assert mine.get(f"/films/{heat.pk}/sheet").url == heat.get_absolute_url()
    assert mine.get("/films/999999/sheet", headers=HTMX).status_code == 404
