"""Intervals: how wide they are, what they hang on, and that they are the same for a seed."""

import numpy as np
import pytest

from recommendations.algorithms.ranking import as_rows
from recommendations.evaluation import beyond, bootstrap

VALUES = np.random.default_rng(0).normal(3, 2, 400)
PEOPLE = np.arange(400)


def test_the_interval_of_a_mean_is_that_of_the_textbook() -> None:
    found = bootstrap.ratio(PEOPLE, VALUES)
    half = 1.96 * VALUES.std(ddof=1) / np.sqrt(len(VALUES))
    assert found.value == pytest.approx(VALUES.mean())
    assert (found.value - found.low, found.high - found.value) == pytest.approx((half, half), rel=0.15)


def test_measuring_the_same_people_again_does_not_make_a_figure_surer() -> None:
    once, thrice = bootstrap.ratio(PEOPLE, VALUES), bootstrap.ratio(np.tile(PEOPLE, 3), np.tile(VALUES, 3))
    assert thrice.high - thrice.low == pytest.approx(once.high - once.low)


def test_a_ratio_of_sums_weighs_people_by_how_much_they_have() -> None:
    found = bootstrap.ratio(np.arange(2), np.array([1.0, 30]), np.array([1.0, 10]), finish=np.sqrt)
    assert found.value == pytest.approx(np.sqrt(31 / 11))


def test_unknown_values_are_left_out() -> None:
    assert bootstrap.ratio(np.arange(3), np.array([1.0, np.nan, 3])).value == pytest.approx(2)
    assert np.isnan(bootstrap.ratio(np.arange(2), np.full(2, np.nan)).value)


def test_the_same_seed_draws_the_same_people() -> None:
    assert bootstrap.ratio(PEOPLE, VALUES, seed=4) == bootstrap.ratio(PEOPLE, VALUES, seed=4)
    assert bootstrap.ratio(PEOPLE, VALUES, seed=4) != bootstrap.ratio(PEOPLE, VALUES, seed=5)


def test_as_many_people_are_drawn_as_there_are_in_every_round_of_every_block() -> None:
    blocks = list(bootstrap.draws(30, 0, rounds=25, width=400_000))
    assert len(blocks) > 1
    assert np.concatenate(blocks).sum(axis=1).tolist() == [30] * 25


def test_the_interval_of_coverage_holds_the_coverage_of_everybody() -> None:
    lists = np.random.default_rng(1).integers(0, 50, (40, 5)).astype(np.int32)
    found = bootstrap.of_exposure(beyond.coverage, [(np.arange(40), as_rows(lists, 60))])
    assert found.value == pytest.approx(len(np.unique(lists)) / 60)
    assert found.low < found.value < found.high


def test_lists_with_nothing_on_them_have_no_interval() -> None:
    empty = as_rows(np.full((3, 2), -1, np.int32), 5)
    assert np.isnan(bootstrap.of_exposure(beyond.gini, [(np.arange(3), empty)]).value)
