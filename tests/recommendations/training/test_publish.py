"""Everybody's lists: in the order of the rows however many threads score them, and nothing left when it breaks off."""

import threading
from typing import Any

import numpy as np
import pytest

from recommendations.algorithms import registry
from recommendations.training import publish
from recommendations.training.extract import Snapshot, extract
from recommendations.training.options import Options


@pytest.fixture
def snapshot(site: object, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The small site, published seven people at a time."""
    monkeypatch.setattr(publish, "_PEOPLE", 7)
    return extract()


@pytest.fixture
def model(snapshot: Snapshot) -> Any:
    return registry.create("item_knn").fit(snapshot.training_matrix())


def test_threads_leave_everybody_their_own_list(snapshot: Snapshot, model: Any, options: Options) -> None:
    done: list[int] = []
    count = publish.publish_lists(1, "item_knn", model, snapshot, options, done.append)
    assert count == done[-1] == len(snapshot.ids.raters)
    for row, rater in enumerate(snapshot.ids.raters.tolist()):
        positions, _ = model.recommend(snapshot.interactions[[row]], options.list_size)
        expected = snapshot.ids.movies[positions[0][positions[0] >= 0]]
        assert np.array_equal(options.lists.get(1, "item_knn", rater).movies, expected)


def test_a_block_that_breaks_ends_the_threads_and_leaves_no_lists(
    snapshot: Snapshot, model: Any, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise MemoryError

    before = threading.active_count()
    monkeypatch.setattr(model, "recommend", broken)
    with pytest.raises(MemoryError):
        publish.publish_lists(1, "item_knn", model, snapshot, options, lambda done: None)
    assert threading.active_count() == before
    assert options.lists.runs() == set()
