"""One list for several people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.algorithms.group import best_together, standardized
from recommendations.algorithms.ranking import best_of_one
from recommendations.data.interactions import Scores

NOTHING = np.zeros(0, np.int32)
# The first film splits the two, the second pleases both a little, the others please nobody.
SPLIT = np.array([[9, 4, 1, 1], [0, 3, 1, 1]], np.float32)


def found(scores: Scores, rule: str) -> list[int]:
    """Return the whole list."""
    return best_together(scores, rule, scores.shape[1], NOTHING)[0].tolist()


def test_the_average_may_take_what_one_of_them_dislikes_and_least_misery_does_not() -> None:
    scores = np.array([[20, 4] + [0] * 18, [0.5, 2, 2, 2, 2] + [1] * 15], np.float32)
    assert found(scores, "average")[0] == 0
    assert found(scores, "least_misery")[0] == 1


def test_group_scores_are_the_mean_and_the_lowest_of_the_standardized_ones() -> None:
    z = standardized(SPLIT)
    for rule, expected in (("average", z.mean(axis=0)), ("least_misery", z.min(axis=0))):
        positions, values = best_together(SPLIT, rule, 4, NOTHING)
        np.testing.assert_allclose(values, np.sort(expected)[::-1], rtol=1e-6)
        np.testing.assert_allclose(values, expected[positions], rtol=1e-6)


@given(
    st.lists(st.integers(-50, 50), min_size=3, max_size=12, unique=True), st.sampled_from(["average", "least_misery"])
)
def test_one_persons_list_is_their_own(scores: list[int], rule: str) -> None:
    own = np.array([scores], np.float32)
    assert found(own, rule) == best_of_one(own[0], len(scores))[0].tolist()


def test_nobody_weighs_more_because_their_scores_are_larger() -> None:
    louder = SPLIT * np.array([[1000], [0.01]], np.float32)
    for rule in ("average", "least_misery"):
        assert (
            best_together(louder, rule, 4, NOTHING)[0].tolist() == best_together(SPLIT, rule, 4, NOTHING)[0].tolist()
        )


def test_who_says_nothing_has_no_voice() -> None:
    silent = np.vstack([SPLIT, np.full((1, 4), 7, np.float32)])
    for rule in ("average", "least_misery"):
        np.testing.assert_array_equal(
            best_together(silent, rule, 4, NOTHING)[1], best_together(SPLIT, rule, 4, NOTHING)[1]
        )
    assert found(np.zeros((2, 4), np.float32), "average") == []


def test_unwanted_films_are_never_on_the_list() -> None:
    positions, _ = best_together(SPLIT, "average", 4, np.array([1, 3], np.int32))
    assert sorted(positions.tolist()) == [0, 2]


def test_a_film_that_speaks_to_nobody_is_no_choice() -> None:
    assert found(np.array([[2, 0, -1], [1, -3, 0]], np.float32), "least_misery") == [0]


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="least_misery"):
        best_together(SPLIT, "dictator", 4, NOTHING)
