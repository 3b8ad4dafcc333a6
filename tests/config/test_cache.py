"""Both caches hold JSON: whoever can write to them must not be able to run code here."""

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache

from config.cache import JSONFileCache, JSONSerializer


class Trap:
    """What runs code as soon as it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.proof,)


@pytest.fixture
def files(tmp_path: Path) -> JSONFileCache:
    return JSONFileCache(str(tmp_path / "cache"), {})


@pytest.fixture
def on_redis(redis_url: str) -> Iterator[RedisCache]:
    cache = RedisCache(redis_url, {"OPTIONS": {"serializer": "config.cache.JSONSerializer"}})
    yield cache
    cache.clear()


@pytest.fixture(params=["files", pytest.param("on_redis", marks=pytest.mark.redis)])
def cache(request: pytest.FixtureRequest) -> BaseCache:
    """Each of the two caches."""
    kept: BaseCache = request.getfixturevalue(request.param)
    return kept


@pytest.mark.parametrize("value", [None, True, 0, -7, 1.5, "½ ★", [1, [2, "x"]], {"a": {"b": [None]}}])
def test_a_value_comes_back_as_it_was(cache: BaseCache, value: Any) -> None:
    cache.set("key", value)
    assert cache.get("key", "nothing") == value


def test_what_was_never_kept_or_is_deleted_is_not_there(cache: BaseCache) -> None:
    cache.set("key", 1)
    cache.delete("key")
    assert (cache.get("key"), cache.get("other", "default"), cache.has_key("key")) == (None, "default", False)


def test_what_has_expired_is_not_there(cache: BaseCache) -> None:
    cache.set("key", 1, timeout=-1)
    assert (cache.get("key"), cache.has_key("key")) == (None, False)


def test_a_value_may_be_kept_for_ever(cache: BaseCache) -> None:
    cache.set("key", 1, timeout=None)
    assert cache.get("key") == 1


def test_only_the_first_may_add(cache: BaseCache) -> None:
    assert [cache.add("key", value) for value in (1, 2)] == [True, False]
    assert cache.get("key") == 1


def test_of_many_who_add_at_once_only_one_succeeds(cache: BaseCache) -> None:
    with ThreadPoolExecutor(16) as threads:
        added = list(threads.map(lambda value: cache.add("key", value), range(64)))
    assert added.count(True) == 1
    assert cache.get("key") == added.index(True)


def test_numbers_are_counted_up(cache: BaseCache) -> None:
    cache.set("key", 1)
    assert (cache.incr("key"), cache.decr("key", 2), cache.get("key")) == (2, 0, 0)


def test_a_touch_gives_a_value_more_time_and_finds_out_what_is_gone(cache: BaseCache) -> None:
    cache.set("key", "x", timeout=60)
    assert (cache.touch("key", -1), cache.get("key"), cache.touch("key")) == (True, None, False)


def test_what_json_cannot_hold_is_refused_when_it_is_kept(cache: BaseCache) -> None:
    with pytest.raises(TypeError):
        cache.set("key", {1, 2})


def test_a_pickle_that_somebody_planted_in_a_file_is_never_loaded(files: JSONFileCache, tmp_path: Path) -> None:
    files.set("key", 1)
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    assert files.get("key", "default") == "default"
    assert not (tmp_path / "sprung").exists()


def test_a_pickle_that_somebody_planted_in_redis_is_never_loaded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"codec|JSON|Expecting"):
        JSONSerializer().loads(pickle.dumps(Trap(tmp_path / "sprung")))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", [b"", b"null", b"null\n", b"null\n{", b"x\n1", b"\xff\n1", b'"x"\n1'])
def test_a_damaged_file_is_as_if_there_were_none(files: JSONFileCache, tmp_path: Path, content: bytes) -> None:
    files.set("key", 1)
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(content)
    assert (files.get("key", "default"), files.has_key("key")) == ("default", False)
    files.set("key", 2)
    assert files.get("key") == 2
