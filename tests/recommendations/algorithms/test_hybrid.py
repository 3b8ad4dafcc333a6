"""What the hybrid does with its parts."""

import gc
import shutil
import weakref
from pathlib import Path

import numpy as np
import pytest

from recommendations.algorithms import registry
from recommendations.algorithms.als import ALS
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.hybrid import Hybrid
from recommendations.data import SideInformation
from tests.recommendations.matrices import history, kinds, two_tastes

FILMS = 40


def _hybrid(**config: object) -> Hybrid:
    model = registry.create("hybrid", **config).fit(two_tastes(films=FILMS))
    assert isinstance(model, Hybrid)
    return model


def test_what_was_left_out_is_recorded_with_the_reason() -> None:
    assert set(_hybrid().left_out_) == {"content", "trending"}
    side = SideInformation(film_features=kinds(FILMS), times=np.arange(two_tastes(films=FILMS).nnz))
    assert registry.create("hybrid").fit(two_tastes(films=FILMS), side).left_out_ == {}


def test_a_part_that_fails_is_left_out_and_the_weights_still_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(ALS, "_fit", fail)
    model = _hybrid(parts=("popularity", "als", "ease"))
    assert "MemoryError" in model.left_out_["als"]
    assert [sum(row) for row in model.blend_["weights"]] == pytest.approx([1] * len(model.blend_["lengths"]))
    assert (model.recommend(two_tastes(films=FILMS)[:3], 3)[0] >= 0).all()


def test_parts_that_could_need_more_memory_than_there_is_are_left_out() -> None:
    needed = {name: registry.create(name).memory_bound(60, FILMS, 1_200) for name in ("popularity", "mf")}
    model = _hybrid(parts=("popularity", "mf"), memory=(needed["popularity"] + needed["mf"]) // 2)
    assert list(model.parts_) == ["popularity"]
    assert "GB of memory" in model.left_out_["mf"]


def test_with_memory_for_no_part_there_is_a_sentence() -> None:
    with pytest.raises(MemoryError, match=r"No part of the hybrid can be fitted\. It may take"):
        _hybrid(memory=1024**2)


def test_parts_of_which_nothing_is_known_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="Nothing is known of the films"):
        _hybrid(parts=("content",), memory=1024**3)


def test_what_weights_were_learned_from_is_gone_before_all_is_fitted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[weakref.ref[EASE]] = []
    fit = EASE._fit

    def watched(self: EASE, *given: object) -> None:
        gc.collect()
        assert not [each for each in fitted if each() is not None]
        fitted.append(weakref.ref(self))
        fit(self, *given)

    monkeypatch.setattr(EASE, "_fit", watched)
    _hybrid(parts=("popularity", "ease"))
    assert len(fitted) == 2


def test_a_part_whose_files_are_gone_is_left_out_when_it_is_loaded(tmp_path: Path) -> None:
    _hybrid().save(tmp_path / "model")
    shutil.rmtree(tmp_path / "model" / "parts" / "ease")
    model = registry.load(tmp_path / "model")
    assert "ease" in model.left_out_
    positions, _ = model.recommend(history(FILMS, {0: 5, 1: 4.5}), 3)
    assert (positions[0] < FILMS // 2).all()


def test_a_blend_that_is_given_is_not_learned_again() -> None:
    first = _hybrid()
    again = _hybrid(blend=first.blend_)
    assert again.blend_ == first.blend_
    histories = two_tastes(films=FILMS)[:5]
    np.testing.assert_array_equal(again.score(histories), first.score(histories))


def test_parts_that_a_given_blend_does_not_name_are_not_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    blend = _hybrid(parts=("popularity", "ease")).blend_
    monkeypatch.setattr(ALS, "_fit", lambda *_: pytest.fail("It was fitted for nothing."))
    again = _hybrid(parts=("popularity", "ease", "als"), blend=blend)
    assert set(again.parts_) == {"popularity", "ease"}
    assert "weight" in again.left_out_["als"]


def test_without_ratings_popular_films_are_listed() -> None:
    model = _hybrid()
    listed, _ = model.recommend(history(FILMS, {}), 5)
    counts = np.bincount(two_tastes(films=FILMS).indices, minlength=FILMS)
    assert (listed[0] >= 0).all()
    assert counts[listed[0]].min() >= np.median(counts)


def test_somebody_who_only_dislikes_still_gets_a_list() -> None:
    listed, _ = _hybrid().recommend(history(FILMS, {0: 0.5}), 5)
    assert (listed[0] >= FILMS // 2).sum() >= 3


@pytest.mark.parametrize("parts", [("oracle",), ("hybrid",), ()])
def test_a_hybrid_of_what_is_not_a_part_is_refused(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="A hybrid is made of"):
        registry.create("hybrid", parts=parts)


def test_reasons_after_a_list_score_no_part_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model, person = _hybrid(parts=("als", "ease")), history(FILMS, {0: 5, 1: 4.5, 30: 1})
    alone = model.shares(person, np.arange(FILMS, dtype=np.int32))
    again = _hybrid(parts=("als", "ease"))
    again.score(person)
    for part in again.parts:
        monkeypatch.setattr(type(part), "score", None)
    np.testing.assert_array_equal(again.shares(person, np.arange(FILMS, dtype=np.int32)), alone)


def test_what_is_remembered_of_histories_stays_bounded_and_ends_with_a_fit() -> None:
    model = _hybrid(parts=("popularity", "ease"))
    for stars in np.linspace(0.5, 5, 300):
        model.score(history(FILMS, {0: stars}))
    assert len(model._spreads) == 256
    assert model.fit(two_tastes(films=FILMS))._spreads == {}
