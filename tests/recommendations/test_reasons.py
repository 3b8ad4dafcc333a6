"""Every reason that anybody is shown, wherever it is shown, is one that the live default model computed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from catalog.models import Movie
from recommendations.models import TrainingRun
from recommendations.serving.history import history_of
from recommendations.serving.live import live_models
from tests.films import rated

pytestmark = pytest.mark.usefixtures("live")

Reasons = list[tuple[str, int | None]]


@dataclass
class Explained:
    """What a person's ratings are worth for a film, worked out anew from `shares`."""

    user: User

    def __call__(self, movie: Movie) -> dict[str, int]:
        """Return the share in percent of every own rating that may be named, by its film's title."""
        models = live_models()
        assert models is not None
        history = history_of(self.user.rater).without(movie.pk)
        row = history.row(models.ids)
        shares = np.maximum(models.recommender().shares(row, models.ids.movie_ix([movie.pk]))[0], 0)
        liked = row.data >= row.data.mean()
        titles = [Movie.objects.get(pk=key).title for key in models.ids.movies[row.indices]]
        named = zip(titles, shares / max(shares.sum(), 1e-9), liked, strict=True)
        return {title: round(100 * share) for title, share, may in named if may and share > 0}


@pytest.fixture
def taste(ada: User, site: list[Movie]) -> Explained:
    """Ada's taste: science fiction, but for one film, and one romance."""
    rated(ada.rater, *site[:4], stars=5)
    rated(ada.rater, site[4], stars=1.5)
    rated(ada.rater, site[30], stars=4.5)
    return Explained(ada)


def _cards(html: str) -> Iterator[tuple[int, Reasons]]:
    """Yield each card's film and the reasons on it."""
    for card in html.split('id="film-')[1:]:
        yield int(card.partition('"')[0]), _named(card.partition("</article>")[0])


def _named(html: str) -> Reasons:
    """Return the films named as reasons, each with its share in percent where one is shown."""
    found = re.findall(r"<cite>([^<]*)</cite>(?:</a>)?(?:.(?!<cite>))*?(?:(\d+) %|</p>|</li>)", html, re.DOTALL)
    return [(unescape(title), int(share) if share else None) for title, share in found]


def _check(shown: Reasons, explained: dict[str, int]) -> int:
    for title, share in shown:
        assert title in explained
        assert share is None or abs(share - explained[title]) <= 1
    if shown:
        assert explained[shown[0][0]] >= max(explained.values()) - 1
    return len(shown)


@pytest.mark.parametrize("address", ["/", "/?start=1", "/?genre=romance"])
def test_every_reason_on_a_list_is_one_that_the_model_computed(mine: Client, taste: Explained, address: str) -> None:
    html = mine.get(address).content.decode()
    shown = sum(_check(named, taste(Movie.objects.get(pk=pk))) for pk, named in _cards(html))
    assert shown == html.count("<cite>") > 0


@pytest.mark.parametrize("address", ["/films/", "/films/?order=rated", "/me/ratings/"])
def test_a_page_that_recommends_nothing_gives_no_reasons(mine: Client, taste: Explained, address: str) -> None:
    html = mine.get(address).content.decode()
    assert 'id="film-' in html
    assert "<cite>" not in html


def test_every_reason_on_every_films_page_is_one_that_the_model_computed(
    mine: Client, taste: Explained, site: list[Movie]
) -> None:
    shown = {}
    for movie in site:
        html = mine.get(movie.get_absolute_url()).content.decode()
        shown[movie] = _check(_named(html), taste(movie))
        assert bool(shown[movie]) == bool(taste(movie))
        assert shown[movie] == html.count("<cite>")
        assert bool(re.search("None of your (other )?ratings speaks for it.", html)) != bool(shown[movie])
    assert any(shown.values())
    assert not all(shown.values())


def test_a_reason_on_a_films_page_leads_to_the_film_that_it_names(
    mine: Client, taste: Explained, site: list[Movie]
) -> None:
    html = mine.get(site[9].get_absolute_url()).content.decode()
    links = re.findall(r'<a href="([^"]*)"><cite>([^<]*)</cite>', html)
    assert links
    assert all(Movie.objects.get(title=title).get_absolute_url() == address for address, title in links)


def test_every_reason_of_the_api_is_one_that_the_model_computed(mine: Client, taste: Explained) -> None:
    films = mine.get("/api/v1/recommendations/", {"n": 40}).json()["results"]
    shown = 0
    for each in films:
        named = [(why["movie"]["title"], round(100 * why["share"])) for why in each["reasons"]]
        shown += _check(named, taste(Movie.objects.get(pk=each["id"])))
        assert each["reason"] == "" or f"Because you gave {named[0][0]}" in each["reason"]
    assert shown


def test_no_other_answer_of_the_api_gives_a_reason(mine: Client, taste: Explained, site: list[Movie]) -> None:
    for address in ("movies/", f"movies/{site[0].pk}/", f"movies/{site[0].pk}/similar/", "ratings/", "users/"):
        answer = mine.get(f"/api/v1/{address}")
        assert answer.status_code == 200
        said = answer.json()
        assert said.get("results", said)
        assert "reason" not in json.dumps(said)


def test_every_reason_that_the_command_prints_is_one_that_the_model_computed(
    taste: Explained, live: TrainingRun, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    call_command("recommend", user="ada", n=10)
    rows = [line for line in capsys.readouterr().out.splitlines() if "★" in line]
    shown = 0
    for row in rows:
        movie = Movie.objects.get(title=re.findall(r"Film \d+", row)[0])
        named = re.findall(r"(Film \d+) [\d.]+ ★ \((\d+)%\)", row)
        shown += _check([(title, int(share)) for title, share in named], taste(movie))
    assert shown
