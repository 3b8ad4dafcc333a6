"""From the first page to the first list: taste groups, or films rated as one likes, with an account or without."""

import re

import pytest
from django.test import Client

from accounts.models import Guest, PickedMovie, User
from accounts.picks import pick
from catalog.models import Movie, Rater
from recommendations import serving
from recommendations.models import TrainingRun
from tests.films import film, films, rated

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def text(html: str) -> str:
    """Return a page's words alone."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def keys(number: int) -> list[int]:
    return [group.key for group in serving.groups()[:number]]


# --- taste groups ---------------------------------------------------------------------------------------------------


def test_six_groups_are_shown_by_four_films_each_and_can_be_skipped(client: Client, live: TrainingRun) -> None:
    html = client.get("/start/").content.decode()
    assert html.count('type="checkbox"') == 6
    assert html.count('class="taste-film"') == 24
    assert "Skip this" in html


def test_three_groups_give_a_visitor_a_list_at_once(client: Client, live: TrainingRun) -> None:
    response = client.post("/start/", {"group": keys(3)}, follow=True)
    words = text(response.content.decode())
    guest = Guest.objects.get().rater
    assert PickedMovie.objects.filter(rater=guest).count() == 12
    assert response.redirect_chain == [("/", 302)]
    assert "Because you picked films like" in words
    assert "This comes from the kinds of films you picked." in words


def test_picks_are_called_picks_wherever_they_are_counted(mine: Client, ada: User, live: TrainingRun) -> None:
    mine.post("/start/", {"group": keys(3)})
    words = text(mine.get("/").content.decode())
    assert "Because you gave" not in words
    assert "from 12 films you picked" in words
    assert "0 of 5" in words
    assert "0 films" in text(mine.get("/me/ratings/").content.decode())


def test_the_api_calls_a_pick_a_pick(mine: Client, ada: User, live: TrainingRun, site: list[Movie]) -> None:
    pick(rater=ada.rater, movies=site[:4])
    results = mine.get("/api/v1/recommendations/").json()["results"]
    reasons = [reason for each in results for reason in each["reasons"]]
    assert reasons
    assert all(reason["stars"] is None for reason in reasons)
    assert any(each["reason"].startswith("Because you picked films like Film") for each in results)


def test_a_films_page_says_what_a_pick_has_to_do_with_it(
    mine: Client, ada: User, live: TrainingRun, site: list[Movie]
) -> None:
    pick(rater=ada.rater, movies=site[:4])
    words = text(mine.get(site[9].get_absolute_url()).content.decode())
    assert re.search(r"Based on \d similar films? you rated or picked\.", words)
    assert re.search(r"Film [1-4] picked \d+ %", words)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (0, "Please pick three of them."),
        (2, "Please pick one more."),
        (4, "You picked 4. Three say most: please take one away."),
        (6, "You picked 6. Three say most: please take 3 away."),
    ],
)
def test_too_few_or_too_many_are_said_and_nothing_picked_is_lost(
    client: Client, live: TrainingRun, chosen: int, words: str
) -> None:
    html = client.post("/start/", {"group": keys(chosen)}).content.decode()
    assert words in html
    assert html.count(" checked") == chosen
    assert not Rater.objects.filter(guest__isnull=False).exists()


@pytest.mark.parametrize("group", ["", "x", "\0", "-1", "9" * 5000, "1; DROP TABLE"])
def test_what_is_no_group_is_not_picked(client: Client, live: TrainingRun, group: str) -> None:
    html = client.post("/start/", {"group": [group] * 3}).content.decode()
    assert "Please pick three of them." in html
    assert not PickedMovie.objects.exists()


def test_who_comes_again_sees_what_was_picked(mine: Client, live: TrainingRun) -> None:
    mine.post("/start/", {"group": keys(3)})
    assert mine.get("/start/").content.decode().count(" checked") == 3


def test_without_a_run_and_with_enough_ratings_films_are_rated_instead(
    mine: Client, ada: User, site: list[Movie], go
) -> None:
    assert mine.get("/start/").url == "/start/rating/"
    go()
    assert mine.get("/start/").status_code == 200
    rated(ada.rater, *site[:5])
    assert mine.get("/start/").url == "/start/rating/"


# --- rating as one likes --------------------------------------------------------------------------------------------


def test_well_known_films_are_there_to_be_rated_and_progress_is_shown(client: Client) -> None:
    shown = films(30)
    html = client.get("/start/rating/").content.decode()
    assert html.count('class="card small"') == 12
    assert "0 of 5" in html
    client.post(f"/films/{shown[0].pk}/rate", {"stars": "4"})
    assert "1 of 5" in client.get("/start/rating/").content.decode()


def test_pages_of_films_to_rate_repeat_nothing_even_after_ratings(client: Client) -> None:
    films(30)

    def page(number: int) -> list[str]:
        return re.findall(r'id="film-(\d+)"', client.get(f"/start/rating/?page={number}").content.decode())

    first = page(1)
    client.post(f"/films/{first[0]}/rate", {"stars": "4"})
    assert len({*first, *page(2), *page(3)}) == 30


def test_a_search_finds_films_to_rate_and_keeps_what_was_typed(client: Client) -> None:
    film("Godfather, The (1972)", known=3)
    html = client.get("/start/rating/?q=godfther").content.decode()
    assert 'value="godfther"' in html
    assert "The Godfather" in html.partition('id="found"')[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("q", "words"),
    [("zzzz", "No title is like “zzzz”."), ("x" * 10_000, "No film has a title that long."), ("<b>\0", "No title is")],
)
def test_a_search_without_matches_says_the_next_step(client: Client, q: str, words: str) -> None:
    html = client.get("/start/rating/", {"q": q}).content.decode()
    assert words in html
    assert "<b>" not in html


def test_a_site_without_films_says_so(client: Client) -> None:
    assert "There are no films yet." in client.get("/start/rating/").content.decode()


def test_after_signing_up_the_first_list_is_still_there(client: Client, live: TrainingRun) -> None:
    client.post("/start/", {"group": keys(3)})
    before = client.get("/").content.decode()
    client.post("/accounts/signup/", {"username": "ellen", "email": "", "password1": "in-space-no-one"})
    after = client.get("/").content.decode()
    titles = r'class="card-title">([^<]*)<'
    assert re.findall(titles, after) == re.findall(titles, before)
    assert "Kept for you in this browser." in before
    assert "Kept for you in this browser." not in after
