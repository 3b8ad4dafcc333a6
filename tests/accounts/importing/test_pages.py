"""What a person sees who brings a file: the offer, what is in the file, what came of it."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.importing import pending
from accounts.importing.parse import MOST_BYTES
from accounts.importing.pending import MOST_OF_ONE_PERSON
from accounts.models import Guest, RatingImport, User, WatchlistEntry
from accounts.tasks import purge_waiting_imports
from catalog.models import Movie, Rating
from tests.accounts.importing import files
from tests.films import account, film, films, rated

pytestmark = pytest.mark.django_db

HERO = "title,year,rating\nHero,1992,4\n"


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path) -> Path:
    """Where files wait, empty at first."""
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "imports"


def send(browser: Client, content: str | bytes, name: str = "ratings.csv") -> HttpResponse:
    """Upload a file."""
    data = content.encode() if isinstance(content, str) else content
    return browser.post("/me/import/", {"file": SimpleUploadedFile(name, data)})


def page(answer: HttpResponse) -> str:
    """Return the text of a page, its white space folded."""
    return " ".join(answer.content.decode().split())


def given() -> dict[str, float]:
    """Return {title: stars}."""
    return {rating.movie.title: rating.stars for rating in Rating.objects.select_related("movie")}


def test_a_file_is_shown_before_anything_changes_and_then_brought_and_taken_back(mine: Client, heat: Movie) -> None:
    address = send(mine, files.LETTERBOXD)["Location"]
    shown = page(mine.get(address))
    assert "Your file from Letterboxd" in shown
    assert "<dt>New here</dt><dd>1</dd>" in shown
    assert not Rating.objects.exists()
    report = mine.post(address, {"do": "bring"})["Location"]
    assert given() == {"Heat": 4.5}
    assert "Your ratings are here" in page(mine.get(report))
    assert "as they were before" in page(mine.post(f"{report}undo", follow=True))
    assert not Rating.objects.exists()


def test_a_visitor_who_brings_ratings_becomes_a_guest(client: Client, heat: Movie) -> None:
    client.get("/me/import/")
    assert not Guest.objects.exists()
    client.post(send(client, files.LETTERBOXD)["Location"], {"do": "bring"})
    assert Rating.objects.get().rater == Guest.objects.get().rater


def test_whoever_brings_a_broken_file_is_told_why_and_is_nobody_still(client: Client) -> None:
    answer = send(client, "[{")
    assert answer.status_code == 422
    assert "broken or cut short" in page(answer)
    assert not Guest.objects.exists()


def test_what_was_pasted_is_still_there_when_it_cannot_be_read(mine: Client) -> None:
    answer = mine.post("/me/import/", {"text": "Heat <b>1995</b> 4 stars"})
    assert "title, year and rating" in page(answer)
    assert "Heat &lt;b&gt;1995&lt;/b&gt; 4 stars" in page(answer)


def test_pasted_text_is_read_like_a_file(mine: Client, heat: Movie) -> None:
    address = mine.post("/me/import/", {"text": "title\tyear\trating\nHeat\t1995\t4\n"})["Location"]
    mine.post(address, {"do": "bring"})
    assert given() == {"Heat": 4}


def test_sending_nothing_asks_for_something(mine: Client) -> None:
    assert "Please choose a file" in page(mine.post("/me/import/", {}))


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 3 * MOST_BYTES])
def test_a_file_that_is_too_large_is_refused_and_not_kept(mine: Client, size: int) -> None:
    answer = mine.post("/me/import/", {"file": SimpleUploadedFile("x.csv", b"x" * size), "text": "kept"})
    assert "at most 5 MB" in page(answer)
    assert "kept</textarea>" in page(answer)


def test_more_than_can_be_pasted_is_told_to_come_as_a_file(mine: Client) -> None:
    answer = mine.post("/me/import/", {"text": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert (answer.status_code, "save it as a file" in page(answer)) == (422, True)


def test_a_form_from_another_site_brings_nothing(ada: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    assert send(browser, files.LETTERBOXD).status_code == 403


def test_own_ratings_give_way_only_when_their_owner_says_so(mine: Client, ada: User, heat: Movie) -> None:
    rated(ada.rater, heat, stars=2)
    address = send(mine, files.LETTERBOXD)["Location"]
    assert "Keep mine" in page(mine.get(address))
    mine.post(address, {"do": "bring", "replaces": "yes"})
    assert given() == {"Heat": 4.5}


def test_a_row_that_fits_two_films_is_brought_to_the_one_that_is_picked(mine: Client) -> None:
    one, other = film("Hero (1992)"), film("Hero (Ying xiong) (1992)")
    address = send(mine, HERO)["Location"]
    shown = page(mine.get(address))
    assert f'name="pick-0" value="{one.pk}"' in shown
    mine.post(address, {"do": "bring", "pick-0": other.pk})
    assert Rating.objects.get().movie == other


def test_what_is_picked_stays_picked_on_the_other_pages_and_can_be_taken_back(mine: Client) -> None:
    heroes = [film("Hero (1992)"), film("Hero (Ying xiong) (1992)")]
    lines = "".join(f"Nobody knows {n},1950,3\n" for n in range(30))
    address = send(mine, HERO + lines)["Location"]
    assert mine.post(address, {"page": "2", "pick-0": heroes[0].pk})["Location"] == f"{address}?page=2#open"
    mine.post(address, {"page": "1", "pick-25": "", "pick-99999": "7", "pick-x": "1", "pick-1": "9" * 40})
    assert f'value="{heroes[0].pk}" checked' in page(mine.get(address))
    mine.post(address, {"page": "1", "pick-0": ""})
    assert f'value="{heroes[0].pk}" checked' not in page(mine.get(address))


def test_the_guessed_scale_can_be_changed(mine: Client, heat: Movie) -> None:
    address = send(mine, "title,year,rating\nHeat,1995,4\n")["Location"]
    assert 'value="5" checked' in page(mine.get(address))
    mine.post(address, {"do": "look", "scale": "10"})
    assert 'value="10" checked' in page(mine.get(address))
    mine.post(address, {"do": "bring", "scale": "10"})
    assert given() == {"Heat": 2}


def test_films_to_see_go_onto_the_watchlist_when_that_is_ticked(mine: Client, up: Movie) -> None:
    address = send(mine, files.LETTERBOXD_LIST, "watchlist.csv")["Location"]
    assert "Put 1 film onto my watchlist" in page(mine.get(address))
    mine.post(address, {"do": "bring"})
    assert not WatchlistEntry.objects.exists()
    address = send(mine, files.LETTERBOXD_LIST, "watchlist.csv")["Location"]
    mine.post(address, {"do": "bring", "watchlist": "yes"})
    assert WatchlistEntry.objects.get().movie == up


def test_a_file_with_nothing_to_bring_says_so(mine: Client) -> None:
    address = send(mine, files.LETTERBOXD_LIST, "watched.csv")["Location"]
    shown = page(mine.get(address))
    assert "nothing in this file to bring" in shown
    assert "1 without stars" in shown
    assert "Bring them here" not in shown


def test_pressing_twice_brings_once_and_shows_the_same_report(mine: Client, heat: Movie) -> None:
    address = send(mine, files.LETTERBOXD)["Location"]
    reports = {mine.post(address, {"do": "bring"})["Location"] for _ in range(2)}
    assert len(reports) == RatingImport.objects.count() == 1


def test_a_file_that_is_no_longer_kept_is_asked_for_again(mine: Client, folder: Path, heat: Movie) -> None:
    address = send(mine, files.LETTERBOXD)["Location"]
    next(folder.iterdir()).unlink()
    assert "choose it again" in page(mine.post(address, {"do": "bring"}, follow=True))


def test_nobody_opens_anothers_file_report_or_undo(mine: Client, heat: Movie) -> None:
    address = send(mine, files.LETTERBOXD)["Location"]
    ben = Client()
    ben.force_login(account("ben"))
    assert ben.get(address)["Location"] == "/me/import/"
    report = mine.post(address, {"do": "bring"})["Location"]
    for stranger in (ben, Client()):
        assert stranger.get(report).status_code == stranger.post(f"{report}undo").status_code == 404


def test_files_that_wait_are_few_and_go_after_a_day(mine: Client, folder: Path) -> None:
    for _ in range(MOST_OF_ONE_PERSON + 2):
        send(mine, files.LETTERBOXD)
    waiting = list(folder.iterdir())
    assert len(waiting) == MOST_OF_ONE_PERSON
    yesterday = (timezone.now() - timedelta(days=1, minutes=1)).timestamp()
    for file in waiting:
        os.utime(file, (yesterday, yesterday))
    purge_waiting_imports()
    assert not list(folder.iterdir())


def test_a_file_that_somebody_may_be_looking_at_gives_way_to_nobodys(
    mine: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "MOST_FILES", 1)
    address = send(mine, files.LETTERBOXD)["Location"]
    assert "try again in an hour" in page(send(Client(), files.LETTERBOXD))
    assert not Guest.objects.exists()
    assert mine.get(address).status_code == 200
    earlier = (timezone.now() - timedelta(minutes=61)).timestamp()
    os.utime(next(folder.iterdir()), (earlier, earlier))
    assert send(Client(), files.LETTERBOXD).status_code == 302
    assert mine.get(address).status_code == 302


def test_one_address_brings_only_so_many_files_in_an_hour(mine: Client, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"bring_ratings": "1/h/ip"}  # type: ignore[attr-defined]
    assert send(mine, files.LETTERBOXD).status_code == 302
    assert "wait an hour" in page(send(Client(), files.LETTERBOXD))


def test_markup_in_a_file_is_shown_as_text(mine: Client) -> None:
    address = send(mine, 'title,year,rating\n"<script>alert(1)</script>",1990,3\n', "<i>.csv")["Location"]
    report = mine.post(address, {"do": "bring"}, follow=True)
    for shown in (page(mine.get("/me/import/")), page(report)):
        assert not re.search(r"<script>alert|<i>\.csv", shown)
    assert "&lt;script&gt;" in page(report)


def test_the_preview_takes_no_more_queries_the_more_rows_there_are(mine: Client) -> None:
    some = films(120)
    taken = []
    for part in (some[:20], some[20:]):
        known = "".join(f"{movie.title},{movie.year},4\n" for movie in part)
        unknown = "".join(f"Nobody knows {movie.pk},1950,3\n" for movie in part)
        address = send(mine, f"title,year,rating\n{known}{unknown}")["Location"]
        mine.get(address)
        with CaptureQueriesContext(connection) as queries:
            mine.get(address)
        taken.append(len(queries))
    assert taken[0] == taken[1] < 20
