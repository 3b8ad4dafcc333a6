"""How alike two people's stars are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recommendations.insight.likeness import Likeness, likenesses

STARS = st.integers(1, 10)


def of(own: list[int], theirs: list[int]) -> Likeness | None:
    people = np.full(len(own), 7, np.int64)
    return likenesses(people, np.array(own, np.float64), np.array(theirs, np.float64)).get(7)


def test_the_same_taste_comes_near_a_hundred_with_many_films_and_stays_near_chance_with_few() -> None:
    stars = [1, 3, 5, 7, 9]
    assert of(stars, stars) == Likeness(5, 67)
    assert of(stars * 40, stars * 40) == Likeness(200, 98)
    assert of(stars * 40, stars[::-1] * 40) == Likeness(200, 2)


def test_somebody_stricter_with_the_same_order_is_as_alike() -> None:
    stars = [2, 4, 6, 8, 10, 4, 8]
    assert of(stars, [each // 2 for each in stars]) == of(stars, stars)


def test_who_gives_everything_the_same_stars_is_alike_by_chance_only() -> None:
    assert of([8] * 30, [8] * 30) == Likeness(30, 50)


def test_four_films_say_nothing() -> None:
    assert of([1, 2, 3, 4], [1, 2, 3, 4]) is None
    assert likenesses(np.zeros(0, np.int64), np.zeros(0), np.zeros(0)) == {}


@given(st.lists(st.tuples(STARS, STARS), min_size=5, max_size=40))
def test_likeness_is_mutual_and_between_0_and_100(pairs: list[tuple[int, int]]) -> None:
    own, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = of(own, theirs)
    assert found == of(theirs, own)
    assert found
    assert 0 <= found.percent <= 100


def test_each_person_is_compared_by_their_own_films() -> None:
    people = np.array([1, 2] * 6, np.int64)
    own = np.array([1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 10, 10], np.float64)
    theirs = np.where(people == 1, own, 11 - own)
    found = likenesses(people, own, theirs)
    assert found[1].percent == 100 - found[2].percent > 50
