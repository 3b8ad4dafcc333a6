"""Movie nights as the host, members and strangers meet them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_htmx.http import HTMX_STOP_POLLING

from accounts.models import Guest, MovieNight, User
from catalog.models import Movie
from recommendations.models import TrainingRun
from tests.films import rated
from tests.recommendations.insight.conftest import fan

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def link(mine: Client) -> str:
    """The link of a night that Ada hosts."""
    return mine.post("/nights/", {"name": "Friday at ours", "your_name": "Ada"}).headers["Location"]


def text(client: Client, link: str) -> str:
    response = client.get(link)
    assert response.status_code == 200
    return response.content.decode()


def join(client: Client, link: str, name: str) -> int:
    return client.post(link + "join", {"your_name": name}).status_code


def polled(client: Client, link: str) -> str:
    """Return the address that the page asks for news."""
    found = re.search(r'hx-get="([^"]+)" hx-trigger="every 20s', text(client, link))
    assert found
    return found[1].replace("&amp;", "&")


def test_a_guest_makes_a_night_without_an_account(guest: Client) -> None:
    assert "A new night" in text(guest, "/nights/")
    assert not Guest.objects.exists()
    answer = guest.post("/nights/", {"name": " Movie \n night ", "your_name": "Bob"})
    assert re.fullmatch(r"/nights/[\w-]{20,}/", answer.headers["Location"])
    assert "Movie night" in text(guest, "/nights/")


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "your_name": "Ada"},
        {"name": "x" * 101, "your_name": "Ada"},
        {"name": "\u202e", "your_name": ""},
        {},
    ],
)
def test_what_was_typed_stays_when_something_is_missing(mine: Client, typed: dict[str, str]) -> None:
    answer = mine.post("/nights/", typed)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not MovieNight.objects.exists()


def test_names_are_letters_whatever_they_hold(guest: Client, mine: Client, link: str) -> None:
    join(guest, link, "<script>alert(1)</script>\u202e\x00")
    assert MovieNight.objects.get().seats.last().name == "<script>alert(1)</script>"  # type: ignore[union-attr]
    assert "<script>alert" not in text(mine, link)


def test_search_engines_are_asked_to_stay_out_of_a_night(client: Client, link: str) -> None:
    assert client.get(link).headers["X-Robots-Tag"] == "noindex"


def test_who_only_has_the_link_sees_who_is_there_but_no_taste(
    guest: Client, mine: Client, ada: User, link: str, site: list[Movie], live: TrainingRun
) -> None:
    rated(ada.rater, *site[:6], stars=4.5)
    assert "because of" in text(mine, link)
    seen = text(guest, link)
    assert "Join this movie night" in seen
    assert "Ada" in seen
    assert "because of" not in seen
    assert "night-film" not in seen
    assert not Guest.objects.exists()


def test_guests_join_see_the_list_and_get_films_to_rate(
    guest: Client, link: str, site: list[Movie], live: TrainingRun
) -> None:
    assert join(guest, link, "Bob") == 302
    seen = text(guest, link)
    assert "2 at this night" in seen
    assert "Rate a few films, so that the list knows you" in seen
    assert 'class="night-film"' in seen


def test_everybodys_stars_and_reasons_are_their_own(
    mine: Client, ada: User, link: str, site: list[Movie], live: TrainingRun
) -> None:
    other = fan("grace", site[20:26])
    rated(ada.rater, *site[:6], stars=4.5)
    browser = Client()
    browser.force_login(other)
    join(browser, link, "Grace")
    seen = text(mine, link)
    lines = re.findall(r'<li><span class="seat-name">(\w+)</span>.*?because of <cite>Film (\d+)</cite>', seen)
    assert {int(number) <= 20 for name, number in lines if name == "Ada"} == {True}
    assert {int(number) > 20 for name, number in lines if name == "Grace"} == {True}


def test_what_one_has_rated_or_hidden_is_on_nobodys_list(
    mine: Client, ada: User, link: str, site: list[Movie], live: TrainingRun
) -> None:
    other = fan("grace", site[10:14])
    other.rater.hidden_movies.create(movie=site[15])
    rated(ada.rater, *site[:6], stars=4.5)
    browser = Client()
    browser.force_login(other)
    join(browser, link, "Grace")
    shown = {int(number) for number in re.findall(r'id="night-film-(\d+)"', text(mine, link))}
    assert shown
    assert not shown & {movie.pk for movie in (*site[:6], *site[10:14], site[15])}


@pytest.mark.parametrize("action", ["rule", "free", "end"])
def test_only_the_host_decides(guest: Client, link: str, action: str) -> None:
    join(guest, link, "Bob")
    night = MovieNight.objects.get()
    host_seat = night.seats.order_by("pk")[0]
    for browser in (guest, Client()):
        assert browser.post(link + action, {"rule": "least_misery", "seat": host_seat.pk}).status_code == 404
    night.refresh_from_db()
    assert (night.rule, night.seats.count()) == ("average", 2)


def test_the_host_changes_the_rule_frees_a_seat_and_ends_the_night(guest: Client, mine: Client, link: str) -> None:
    join(guest, link, "Bob")
    night = MovieNight.objects.get()
    mine.post(link + "rule", {"rule": "least_misery"})
    night.refresh_from_db()
    assert night.rule == "least_misery"
    mine.post(link + "free", {"seat": night.seats.get(name="Bob").pk})
    assert "Join this movie night" in text(guest, link)
    mine.post(link + "end")
    assert mine.get(link).status_code == guest.get(link).status_code == 404


@pytest.mark.parametrize("seat", ["", "abc", "-1", "99999999999999999999", "²", "0"])
def test_a_seat_that_is_none_frees_nobody(mine: Client, link: str, seat: str) -> None:
    assert mine.post(link + "free", {"seat": seat}).status_code == 302
    assert mine.post(link + "rule", {"rule": seat}).status_code == 302
    assert MovieNight.objects.get().seats.count() == 1


def test_members_leave_and_the_host_is_told_how_to(guest: Client, mine: Client, link: str) -> None:
    join(guest, link, "Bob")
    assert guest.post(link + "leave").headers["Location"] == "/nights/"
    assert "not leave it" in mine.post(link + "leave", follow=True).content.decode()
    assert [seat.name for seat in MovieNight.objects.get().seats.all()] == ["Ada"]


def test_a_taken_name_is_told_where_it_was_typed(guest: Client, link: str) -> None:
    answer = guest.post(link + "join", {"your_name": "ada"})
    assert answer.status_code == 422
    assert "Somebody here is called ada already" in answer.content.decode()
    assert 'value="ada"' in answer.content.decode()


def test_a_visitor_who_is_refused_a_seat_leaves_nothing_behind(guest: Client, link: str) -> None:
    assert join(guest, link, "ada") == 422
    assert not Guest.objects.exists()
    assert "guest" not in guest.session


def test_the_page_asks_for_news_and_hears_nothing_while_there_is_none(guest: Client, mine: Client, link: str) -> None:
    address = polled(mine, link)
    assert mine.get(address, headers=HTMX).status_code == 204
    join(guest, link, "Bob")
    answer = mine.get(address, headers=HTMX)
    assert answer.status_code == 200
    assert "Bob" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_a_rating_is_news(mine: Client, ada: User, link: str, site: list[Movie]) -> None:
    address = polled(mine, link)
    rated(ada.rater, site[0])
    assert mine.get(address, headers=HTMX).status_code == 200


def test_the_page_stops_asking_after_a_while(mine: Client, link: str) -> None:
    since = int((timezone.now() - timedelta(minutes=31)).timestamp())
    answer = mine.get(f"{link}?since={since}", headers=HTMX)
    assert answer.status_code == HTMX_STOP_POLLING
    assert "hx-trigger" not in answer.content.decode()
    assert "Look again" in answer.content.decode()
    for odd in ("", "abc", "-5", "9" * 40, "²"):
        assert mine.get(f"{link}?since={odd}", headers=HTMX).status_code == 200


def test_who_was_taken_off_and_whose_night_ended_stop_asking(guest: Client, mine: Client, link: str) -> None:
    join(guest, link, "Bob")
    address = polled(guest, link)
    mine.post(link + "free", {"seat": MovieNight.objects.get().seats.get(name="Bob").pk})
    assert guest.get(address, headers=HTMX).status_code == HTMX_STOP_POLLING
    mine.post(link + "end")
    answer = mine.get(address, headers=HTMX)
    assert answer.status_code == HTMX_STOP_POLLING
    assert "This night has ended" in answer.content.decode()


def test_unknown_links_lead_nowhere(mine: Client) -> None:
    for token in ("nothing", "x" * 500, "%00"):
        assert mine.get(f"/nights/{token}/").status_code == 404
        assert mine.post(f"/nights/{token}/join", {"your_name": "Ada"}).status_code == 404


def test_a_look_for_news_takes_no_more_queries_the_more_people_there_are(mine: Client, link: str) -> None:
    def queries() -> int:
        address = polled(mine, link)
        with CaptureQueriesContext(connection) as made:
            assert mine.get(address, headers=HTMX).status_code == 204
        return len(made)

    before = queries()
    for number in range(11):
        join(Client(), link, f"Guest {number}")
    assert queries() == before
