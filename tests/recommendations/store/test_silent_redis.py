"""A Redis that takes what it is sent and says nothing keeps one lookup waiting, and not all that follow."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from recommendations.store import StoreUnavailable, answers, redis_lists, toplists
from recommendations.store.redis_lists import PAUSE, Requested


class Silence:
    """A server on a socket that takes connections and never answers; how many of them have come."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._taken: list[socket.socket] = []
        self.url = f"redis://127.0.0.1:{self._socket.getsockname()[1]}/0"

    @property
    def asked(self) -> int:
        with suppress(BlockingIOError):
            while True:
                self._taken.append(self._socket.accept()[0])
        return len(self._taken)

    def close(self) -> None:
        for each in (self._socket, *self._taken):
            each.close()


class Clock:
    """A clock that goes on only when told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def silence() -> Iterator[Silence]:
    server = Silence()
    yield server
    server.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let requests wait a twentieth of a second instead of a whole one."""
    monkeypatch.setattr(redis_lists, "HESITATION", 0.05)
    yield
    for each in (redis_lists.requested, toplists, answers):
        each.cache_clear()


def refused(call: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(StoreUnavailable):
        call(*arguments)


@pytest.mark.usefixtures("impatient")
def test_what_lists_have_found_out_answers_need_not_find_out_again(silence: Silence, tmp_path: Path) -> None:
    refused(toplists(silence.url, tmp_path).get, 1, "item_knn", 3)
    refused(toplists(silence.url, tmp_path).get, 1, "item_knn", 3)
    refused(answers(silence.url).get, 3, "1 0 n=2")
    refused(answers(silence.url).put, 3, "1 0 n=2", b"two")
    assert silence.asked == 1


def test_after_the_pause_it_is_tried_once_more(silence: Silence) -> None:
    clock = Clock()
    requested = Requested(silence.url, hesitation=0.05, clock=clock)

    def look() -> None:
        with requested.client() as client:
            client.get("a list")

    for later, tried in [(0, 1), (PAUSE - 1, 1), (PAUSE, 2), (PAUSE + 1, 2)]:
        clock.now = Clock.now + later
        refused(look)
        assert silence.asked == tried


@pytest.mark.redis
def test_one_that_has_come_back_is_used_again(redis_url: str) -> None:
    clock = Clock()
    requested = Requested(redis_url, hesitation=1, clock=clock)
    with pytest.raises(StoreUnavailable), requested.client():
        raise redis.TimeoutError
    clock.now += PAUSE
    with requested.client() as client:
        assert client.ping()


@pytest.mark.redis
def test_a_command_that_redis_refuses_does_not_keep_others_away(redis_url: str) -> None:
    requested = Requested(redis_url, hesitation=1)
    with pytest.raises(StoreUnavailable), requested.client() as client:
        client.execute_command("NO SUCH COMMAND")
    with requested.client() as client:
        assert client.ping()
