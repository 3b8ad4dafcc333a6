import numpy as np
import pytest

from recommendations.data.preferences import choices, preferences
from tests.recommendations.matrices import history


def test_a_first_rating_says_which_way_it_points() -> None:
    assert preferences(history(3, {0: 5})).data[0] > 1
    assert preferences(history(3, {0: 0.5})).data[0] < 0


def test_a_film_at_ones_own_average_counts_for_its_kind() -> None:
    middling = preferences(history(60, dict.fromkeys(range(60), 3.0)))
    assert middling.data == pytest.approx(np.full(60, 1.0), abs=0.1)


@pytest.mark.parametrize("stars", [0.5, 1.0, 1.5])
def test_the_lowest_stars_are_a_dislike_even_from_somebody_who_gives_nothing_else(stars: float) -> None:
    assert (preferences(history(60, dict.fromkeys(range(60), stars))).data < 0).all()


def test_implicit_values_all_count_one() -> None:
    assert preferences(history(3, {0: 5, 1: 0.5}), implicit=True).data.tolist() == [1, 1]


def test_a_disappointment_is_still_a_choice() -> None:
    chosen = choices(history(60, dict.fromkeys(range(59), 4.0) | {59: 2.5})).data
    assert 0.5 < chosen[59] < chosen[0]


def test_two_stars_below_ones_own_average_speak_against_a_kind() -> None:
    wanted = preferences(history(60, dict.fromkeys(range(59), 4.5) | {59: 2.0})).data
    assert wanted[59] < 0 < wanted[0]
