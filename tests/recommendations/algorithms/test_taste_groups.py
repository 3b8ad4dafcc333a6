"""Kinds of films that newcomers can tell apart."""

import numpy as np
import pytest

from recommendations.algorithms.taste_groups import taste_groups

KINDS, OF_EACH = 6, 8


@pytest.fixture
def features() -> np.ndarray:
    """Films of six kinds, each kind a direction of its own, with a little noise; kinds take turns."""
    generator = np.random.default_rng(1)
    kinds = np.tile(np.eye(KINDS, 10, dtype=np.float32), (OF_EACH, 1))
    return kinds + generator.normal(0, 0.05, kinds.shape).astype(np.float32)


def test_every_group_is_of_one_kind_and_every_kind_has_a_group(features):
    kinds = taste_groups(features) % KINDS
    assert (kinds == kinds[:, :1]).all()
    assert sorted(kinds[:, 0].tolist()) == list(range(KINDS))


def test_no_film_shows_two_groups(features):
    shown = taste_groups(features).ravel().tolist()
    assert len(set(shown)) == len(shown) == 24


def test_the_same_films_give_the_same_groups(features):
    assert (taste_groups(features) == taste_groups(features.copy())).all()


def test_of_the_films_near_a_centre_the_best_known_ones_are_shown_first(features):
    shown = taste_groups(features)
    assert (np.diff(shown, axis=1) > 0).all()
    assert shown.max() < 4 * KINDS


@pytest.mark.parametrize("films", [24, 30, 200])
def test_films_that_nothing_tells_apart_make_groups_all_the_same(films):
    shown = taste_groups(np.ones((films, 5), np.float32))
    assert shown.shape == (6, 4)
    assert len(set(shown.ravel().tolist())) == 24


def test_one_kind_that_outnumbers_all_others_leaves_them_their_groups():
    features = np.zeros((100, 6), np.float32)
    features[:, 0] = 1
    features[np.arange(90, 100), np.repeat(np.arange(1, 6), 2)] = 5
    shown = taste_groups(features)
    assert len(set(shown.ravel().tolist())) == 24
    assert set(range(90, 100)) <= set(shown.ravel().tolist())


def test_too_few_films_are_refused_in_words():
    with pytest.raises(ValueError, match="cannot be made from 23 films"):
        taste_groups(np.ones((23, 5), np.float32))
