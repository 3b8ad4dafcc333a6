"""Posters from TMDB, or from a server that stands for it: fetched with a key only, bounded, and never waited for."""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from celery import current_app
from django.conf import LazySettings
from django.test import Client
from kombu.exceptions import OperationalError

from catalog import real_posters, tasks
from catalog.models import Movie
from catalog.real_posters import Tmdb, fetch, kept
from catalog.templatetags.posters import poster_url
from tests.films import film

JPEG = b"\xff\xd8\xff" + bytes(1000)
FACTS, PICTURE = "/3/movie/7", "/t/p/w342/abc.jpg"


class FakeTmdb(BaseHTTPRequestHandler):
    """Answers with what stands under a path in `answers`: status, kind, content."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))  # type: ignore[attr-defined]
        path = self.path.partition("?")[0]
        status, kind, content = self.server.answers.get(path, (404, "text/plain", b""))  # type: ignore[attr-defined]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    """A server that has the poster of film 7."""
    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), FakeTmdb)
    made.asked = []
    made.answers = {
        FACTS: (200, "application/json;charset=utf-8", json.dumps({"poster_path": "/abc.jpg"}).encode()),
        PICTURE: (200, "image/jpeg", JPEG),
    }
    Thread(target=made.serve_forever, args=[0.01], daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def tmdb(server: Any) -> Tmdb:
    address = f"http://127.0.0.1:{server.server_port}"
    return Tmdb("0123abcd", f"{address}/3", f"{address}/t/p")


def test_a_poster_is_fetched_with_the_key_and_kept(tmdb: Tmdb, server: Any, tmp_path: Path) -> None:
    assert fetch(tmdb, tmp_path, 7)
    assert kept(tmp_path, 7) == JPEG
    assert server.asked == [(f"{FACTS}?api_key=0123abcd", None), (PICTURE, None)]


def test_a_long_key_is_sent_in_the_head_of_the_question(tmdb: Tmdb, server: Any, tmp_path: Path) -> None:
    fetch(Tmdb("ey.jw.t", tmdb.api, tmdb.images), tmp_path, 7)
    assert server.asked == [(FACTS, "Bearer ey.jw.t"), (PICTURE, None)]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (FACTS, (401, "application/json", b"{}")),
        (FACTS, (302, "application/json", b"{}")),
        (FACTS, (200, "text/html", b"<p>")),
        (FACTS, (200, "application/json", b"{")),
        (FACTS, (200, "application/json", b"[" * 100_000)),
        (FACTS, (200, "application/json", b'["x"]')),
        (FACTS, (200, "application/json", b'{"poster_path": null}')),
        (FACTS, (200, "application/json", b'{"poster_path": "/../../secret"}')),
        (FACTS, (200, "application/json", b'{"poster_path": "@evil.example/a.jpg"}')),
        (FACTS, (200, "application/json", b"\xff")),
        (PICTURE, (500, "image/jpeg", b"")),
        (PICTURE, (200, "text/html", JPEG)),
        (PICTURE, (200, "image/jpeg", b"<svg onload=alert(1)>")),
        (PICTURE, (200, "image/jpeg", b"")),
        (PICTURE, (200, "image/jpeg", JPEG * 1000)),
    ],
)
def test_whatever_is_not_a_poster_leaves_nothing_behind(
    tmdb: Tmdb, server: Any, tmp_path: Path, path: str, answer: tuple[int, str, bytes], caplog: Any
) -> None:
    server.answers[path] = answer
    assert not fetch(tmdb, tmp_path, 7)
    assert list(tmp_path.iterdir()) == []
    assert tmdb.key not in caplog.text


def test_nobody_there_and_too_slow_an_answer_are_given_up(tmdb: Tmdb, tmp_path: Path) -> None:
    assert not fetch(Tmdb("key", "http://127.0.0.1:9/3"), tmp_path, 7)
    hours = iter(range(0, 10**6, 3600))
    assert not fetch(tmdb, tmp_path, 7, clock=lambda: float(next(hours)))


def test_only_the_newest_posters_are_kept(tmdb: Tmdb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for age in (1, 2, 3):
        (tmp_path / f"{age}.jpg").write_bytes(JPEG)
        os.utime(tmp_path / f"{age}.jpg", (10_000 - age, 10_000 - age))
    monkeypatch.setattr(real_posters, "MOST_POSTERS", 3)
    fetch(tmdb, tmp_path, 7)
    assert {each.stem for each in tmp_path.iterdir()} == {"7", "1", "2"}
    monkeypatch.setattr(real_posters, "MOST_BYTES", len(JPEG))
    fetch(tmdb, tmp_path, 7)
    assert {each.stem for each in tmp_path.iterdir()} == {"7"}


# --- on pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def heat(db: None) -> Movie:
    return film("Heat (1995)", tmdb_id=7)


@pytest.fixture
def with_key(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A site whose owner has a key; what workers are asked to do."""
    settings.TMDB_KEY, settings.POSTERS_DIR = "0123abcd", tmp_path
    asked: list[object] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: asked.append((name, args)))
    return asked


def test_without_a_key_posters_are_drawn_and_nothing_is_fetched(
    client: Client, heat: Movie, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(real_posters, "fetch", lambda *_: pytest.fail("fetched"))
    monkeypatch.setattr(current_app, "send_task", lambda *_, **__: pytest.fail("asked"))
    assert ".svg" in poster_url(heat)
    assert ".svg" in client.get(f"/posters/{heat.pk}.jpg").headers["Location"]
    tasks.fetch_poster(7)


def test_a_poster_that_is_not_there_yet_is_asked_for_once_and_drawn_meanwhile(
    client: Client, heat: Movie, with_key: list[object]
) -> None:
    address = poster_url(heat)
    for _ in range(3):
        assert ".svg" in client.get(address).headers["Location"]
    assert with_key == [("catalog.tasks.fetch_poster", [7])]


def test_a_poster_that_was_fetched_is_shown(client: Client, heat: Movie, with_key: object, tmp_path: Path) -> None:
    (tmp_path / "7.jpg").write_bytes(JPEG)
    response = client.get(poster_url(heat))
    assert (response.content, response.headers["Content-Type"]) == (JPEG, "image/jpeg")
    assert "TMDB" in client.get("/films/").content.decode()


def test_without_anybody_to_fetch_it_the_poster_is_drawn(
    client: Client, heat: Movie, with_key: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", refuse)
    assert client.get(poster_url(heat)).status_code == 302


def test_a_film_that_tmdb_does_not_know_has_a_drawn_poster(with_key: object, db: None) -> None:
    assert ".svg" in poster_url(film("Cats (2019)"))
