"""Sliders move a list the way they say, step by step, and in the middle not at all."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recommendations.algorithms.steering import POOL, STEPS, Sliders, Traits, likeness_to, steered

FIRST = 20
MEANS: dict[str, Callable[[Traits], np.ndarray]] = {
    "obscurity": lambda traits: -np.log1p(traits.ratings),
    "adventure": lambda traits: -traits.likeness,
    "age": lambda traits: traits.years,
}


def _pool(seed: int, films: int = POOL) -> tuple[np.ndarray, Traits]:
    """A pool as models make it: steep scores, few films that everybody knows, most films recent."""
    random = np.random.default_rng(seed)
    scores = np.sort(random.lognormal(-3, 1, films))[::-1].astype(np.float32)
    ratings = np.floor(random.lognormal(3, 1.5, films) * (1 + 20 * scores))
    return scores, Traits(ratings, 2018 - np.floor(random.exponential(20, films)), random.beta(2, 3, films))


def test_in_the_middle_the_order_is_that_of_the_scores() -> None:
    scores, traits = _pool(1)
    assert steered(scores, Sliders(), traits).tolist() == list(range(POOL))


@pytest.mark.parametrize("slider", MEANS)
@pytest.mark.parametrize("seed", range(3))
def test_every_step_moves_the_first_films_its_way(slider: str, seed: int) -> None:
    scores, traits = _pool(seed)
    means = [
        MEANS[slider](traits)[steered(scores, Sliders(**{slider: step}), traits)[:FIRST]].mean() for step in STEPS
    ]
    assert means == sorted(means)
    assert len(set(means)) == len(STEPS)


@given(
    seed=st.integers(0, 10**6),
    films=st.integers(1, 60),
    slider=st.sampled_from(sorted(MEANS)),
    others=st.tuples(*[st.sampled_from(STEPS)] * 3),
    first=st.integers(1, 60),
)
def test_no_step_goes_the_other_way_wherever_the_other_sliders_are(
    seed: int, films: int, slider: str, others: tuple[int, int, int], first: int
) -> None:
    scores, traits = _pool(seed, films)
    rest = dict(zip(MEANS, others, strict=True))
    orders = [steered(scores, Sliders(**rest | {slider: step}), traits)[:first] for step in STEPS]
    means = [MEANS[slider](traits)[order].mean() for order in orders]
    assert all(after >= before - 1e-9 for before, after in pairwise(means))


@pytest.mark.parametrize("step", STEPS)
def test_every_film_stays_on_the_list_once(step: int) -> None:
    scores, traits = _pool(4)
    order = steered(scores, Sliders(step, step, step), traits)
    assert sorted(order.tolist()) == list(range(POOL))


def test_an_unknown_year_is_neither_old_nor_new() -> None:
    scores = np.ones(3, np.float32)
    traits = Traits(np.ones(3), np.array([1950, np.nan, 2020]), np.zeros(3))
    assert steered(scores, Sliders(age=2), traits).tolist() == [2, 1, 0]
    assert steered(scores, Sliders(age=-2), traits).tolist() == [0, 1, 2]


def test_where_no_year_is_known_the_slider_changes_nothing() -> None:
    scores, traits = _pool(2, 30)
    unknown = Traits(traits.ratings, np.full(30, np.nan), traits.likeness)
    assert steered(scores, Sliders(age=2), unknown).tolist() == list(range(30))


def test_films_of_ones_own_genres_are_like_them_and_rare_genres_tell_more() -> None:
    drama_western_both_none = [[1, 0], [1, 0], [1, 0], [0, 1], [1, 1], [0, 0]]
    genres = sparse.csr_matrix(np.array(drama_western_both_none, np.float32))
    western, both, neither, drama = likeness_to(np.array([3]), np.array([3, 4, 5, 0]), genres).tolist()
    assert (western, neither, drama) == (pytest.approx(1), 0, 0)
    assert 0.5**0.5 < both < 1


def test_without_a_history_nothing_is_familiar() -> None:
    genres = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    nobody = likeness_to(np.empty(0, np.int32), np.arange(3, dtype=np.int32), genres)
    assert nobody.tolist() == [0, 0, 0]
