"""One contract, run on both stores."""

import errno
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from recommendations.store.file_lists import FileTopLists
from recommendations.store.redis_lists import RedisTopLists
from recommendations.store.toplists import (
    MOST_BYTES,
    Block,
    StoreUnavailable,
    TopList,
    TopListStore,
    pack_one,
    record_type,
    unpack,
)

RATERS = [3, 2**52 + 1, 2**53 - 1]


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.redis)])
def another(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], TopListStore]:
    """Return a way to open the same store again, as another process would."""
    if request.param == "file":
        return lambda: FileTopLists(tmp_path)
    url = request.getfixturevalue("redis_url")
    _emptied(url)
    return lambda: RedisTopLists(url)


@pytest.fixture
def store(another: Callable[[], TopListStore]) -> TopListStore:
    return another()


def _emptied(url: str) -> None:
    store = RedisTopLists(url)
    for run in store.runs():
        store.drop(run)


def _block(raters: list[int], first: int = 10) -> Block:
    movies = np.array([[first, first + 1, -1]] * len(raters), np.int32)
    scores = np.array([[2.5, 1.25, 0]] * len(raters), np.float32)
    return Block(np.array(raters, np.int64), np.arange(len(raters), dtype=np.int64), movies, scores)


def _interrupted() -> Iterator[Block]:
    yield _block(RATERS)
    raise KeyboardInterrupt


def _full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_published_list_comes_back_with_its_taste_films_and_scores(store: TopListStore) -> None:
    assert store.publish(1, "item_knn", [_block(RATERS[:2]), _block(RATERS[2:], 50)]) == 3
    found = store.get(1, "item_knn", RATERS[1])
    assert found is not None
    assert (found.taste_version, found.movies.tolist(), found.scores.tolist()) == (1, [10, 11], [2.5, 1.25])
    assert store.get(1, "item_knn", RATERS[2]).movies.tolist() == [50, 51]


def test_what_was_never_published_is_not_there(store: TopListStore) -> None:
    store.publish(1, "item_knn", [_block(RATERS)])
    assert store.get(1, "item_knn", 4) is None
    assert store.get(1, "svd", 3) is None
    assert store.get(2, "item_knn", 3) is None


def test_another_process_sees_what_was_published(store: TopListStore, another: Callable[[], TopListStore]) -> None:
    store.publish(1, "item_knn", [_block(RATERS)])
    assert another().get(1, "item_knn", 3) is not None


def test_a_fresh_list_takes_the_place_of_the_published_one(
    store: TopListStore, another: Callable[[], TopListStore]
) -> None:
    store.publish(1, "item_knn", [_block(RATERS)])
    store.put(1, "item_knn", 3, TopList(9, np.array([7], np.int32), np.array([1.5], np.float32)))
    found = another().get(1, "item_knn", 3)
    assert (found.taste_version, found.movies.tolist()) == (9, [7])


def test_somebody_new_gets_a_list_too(store: TopListStore) -> None:
    store.publish(1, "item_knn", [_block(RATERS)])
    store.put(1, "item_knn", 77, TopList(1, np.array([7], np.int32), np.array([1], np.float32)))
    assert store.get(1, "item_knn", 77).movies.tolist() == [7]


def test_a_fresh_list_for_a_run_that_is_gone_is_not_kept(store: TopListStore) -> None:
    store.put(8, "item_knn", 3, TopList(9, np.array([7], np.int32), np.array([1], np.float32)))
    assert store.get(8, "item_knn", 3) is None
    assert store.runs() == set()


def test_publishing_again_replaces_everything(store: TopListStore) -> None:
    store.publish(1, "item_knn", [_block(RATERS)])
    store.put(1, "item_knn", 3, TopList(9, np.array([7], np.int32), np.array([1], np.float32)))
    store.publish(1, "item_knn", [_block(RATERS[:1], 90)])
    assert store.get(1, "item_knn", 3).movies.tolist() == [90, 91]
    assert store.get(1, "item_knn", RATERS[1]) is None


def test_dropping_a_run_leaves_the_others(store: TopListStore) -> None:
    store.publish(1, "item_knn", [_block(RATERS)])
    store.publish(1, "svd", [_block(RATERS)])
    store.publish(2, "item_knn", [_block(RATERS)])
    store.drop(1)
    assert store.runs() == {2}
    assert store.get(1, "item_knn", 3) is None
    assert store.get(2, "item_knn", 3) is not None


def test_nobody_to_publish_for_is_no_error(store: TopListStore) -> None:
    assert store.publish(1, "item_knn", []) == 0
    assert store.get(1, "item_knn", 3) is None


def test_an_interrupted_publication_shows_nothing_of_itself(
    store: TopListStore, another: Callable[[], TopListStore]
) -> None:
    with pytest.raises(KeyboardInterrupt):
        store.publish(1, "item_knn", _interrupted())
    assert another().get(1, "item_knn", 3) is None
    store.put(1, "item_knn", 3, TopList(9, np.array([7], np.int32), np.array([1], np.float32)))
    assert another().get(1, "item_knn", 3) is None


def test_an_interrupted_publication_is_made_good_by_the_next_and_can_be_dropped(store: TopListStore) -> None:
    with pytest.raises(KeyboardInterrupt):
        store.publish(1, "item_knn", _interrupted())
    store.publish(1, "item_knn", [_block(RATERS[:2])])
    assert store.get(1, "item_knn", RATERS[2]) is None
    assert store.get(1, "item_knn", RATERS[0]) is not None
    store.drop(1)
    assert store.runs() == set()


def test_what_a_killed_publication_left_in_files_is_neither_shown_nor_kept(tmp_path: Path) -> None:
    left = tmp_path / "1" / ".unfinished-item_knn"
    (left / "fresh").mkdir(parents=True)
    (left / "records.bin").write_bytes(b"half of a list")
    store = FileTopLists(tmp_path)
    assert store.get(1, "item_knn", 3) is None
    store.publish(1, "item_knn", [_block(RATERS)])
    assert not left.exists()


@pytest.mark.redis
def test_what_a_killed_publication_left_in_redis_takes_no_fresh_lists_and_is_dropped(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _emptied(redis_url)
    store = RedisTopLists(redis_url)
    with monkeypatch.context() as killed:
        killed.setattr(store, "_withdraw", lambda run, recommender: None)  # nobody is left to take anything back
        with pytest.raises(KeyboardInterrupt):
            store.publish(1, "item_knn", _interrupted())
    store.put(1, "item_knn", 99, TopList(9, np.array([7], np.int32), np.array([1], np.float32)))
    assert store.get(1, "item_knn", 99) is None
    assert store.runs() == {1}
    store.drop(1)
    assert (store.runs(), store.get(1, "item_knn", RATERS[0])) == (set(), None)


def test_a_disk_that_is_full_leaves_the_lists_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FileTopLists(tmp_path)
    store.publish(1, "item_knn", [_block(RATERS)])
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(OSError, match="No space left"):
        store.publish(2, "item_knn", [_block(RATERS)])
    assert store.runs() == {1}
    assert store.get(1, "item_knn", 3) is not None


def _refuses(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("fails", ["write", "replace"])
def test_a_fresh_list_for_which_there_is_no_room_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    store = FileTopLists(tmp_path)
    store.publish(1, "item_knn", [_block(RATERS)])
    with monkeypatch.context() as full:
        full.setattr(*{"write": (os, "fdopen"), "replace": (Path, "replace")}[fails], _refuses)
        with pytest.raises(StoreUnavailable, match="No space left"):
            store.put(1, "item_knn", 3, TopList(9, np.array([7], np.int32), np.array([1], np.float32)))
    assert store.get(1, "item_knn", 3).movies.tolist() == [10, 11]
    assert list((tmp_path / "1" / "item_knn" / "fresh").iterdir()) == []


def test_files_that_cannot_be_read_are_said_so(tmp_path: Path) -> None:
    store = FileTopLists(tmp_path)
    store.publish(1, "item_knn", [_block(RATERS)])
    (tmp_path / "1" / "item_knn" / "fresh" / "3").mkdir()
    with pytest.raises(StoreUnavailable):
        store.get(1, "item_knn", 3)
    (tmp_path / "1" / "item_knn" / "records.bin").unlink()
    with pytest.raises(StoreUnavailable):
        store.get(1, "item_knn", RATERS[1])


def test_files_of_a_run_that_another_process_dropped_are_let_go_of(tmp_path: Path) -> None:
    web, night = FileTopLists(tmp_path), FileTopLists(tmp_path)
    for run in (1, 2):
        night.publish(run, "item_knn", [_block(RATERS)])
        assert web.get(run, "item_knn", 3) is not None
    assert _mapped(tmp_path) == {1, 2}
    night.drop(1)
    night.publish(3, "item_knn", [_block(RATERS)])
    assert web.get(3, "item_knn", 3) is not None
    assert _mapped(tmp_path) == {2, 3}


def _mapped(folder: Path) -> set[int]:
    """Return the runs whose lists this process has mapped into its memory."""
    maps = Path("/proc/self/maps").read_text()
    return {int(run) for run in re.findall(rf"{re.escape(str(folder))}/(\d+)/", maps)}


def test_redis_that_is_not_there_is_said_so() -> None:
    with pytest.raises(StoreUnavailable):
        RedisTopLists("redis://127.0.0.1:1").get(1, "item_knn", 3)


def test_a_list_of_a_hundred_films_fits_into_a_kilobyte() -> None:
    hundred = TopList(2**40, np.arange(100, dtype=np.int32), np.ones(100, np.float32))
    assert len(pack_one(hundred)) <= MOST_BYTES
    with pytest.raises(ValueError, match="limit"):
        record_type(127)


@pytest.mark.parametrize("garbage", [b"", b"x", b"x" * 20, b"\x80\x04garbage pickle....", b"\0" * 812])
def test_bytes_that_are_not_a_list_are_no_list(garbage: bytes) -> None:
    assert unpack(garbage) is None
