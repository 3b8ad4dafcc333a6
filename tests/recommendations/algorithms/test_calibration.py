"""Lists with a person's own mix of genres."""

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse
from scipy.stats import entropy

from recommendations.algorithms import calibration

# Films 0 to 4 are dramas, 5 to 9 comedies.
SHARES = calibration.genre_shares(sparse.csr_matrix(np.repeat(np.eye(2), 5, axis=0)))
CANDIDATES = np.array([[0, 1, 2, 3, 5, 6]], np.int32)
SCORES = np.array([[6, 5, 4, 3, 2, 1]], np.float32)
HALF = np.array([[0.5, 0.5]])


def _list(weight: float, wanted: np.ndarray = HALF, n: int = 4) -> list[int]:
    return calibration.calibrated(CANDIDATES, SCORES, wanted, SHARES, n=n, weight=weight)[0].tolist()


def test_genres_share_a_film_equally() -> None:
    shares = calibration.genre_shares(sparse.csr_matrix(np.array([[1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 3]])))
    assert shares.toarray().tolist() == [[0.5, 0.5, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1]]


def test_a_taste_is_the_mean_of_the_films_of_a_history() -> None:
    histories = sparse.csr_matrix(np.array([[1, 1, 1, 0, 0, 1, 0, 0, 0, 0], [0] * 10], np.float32))
    assert calibration.taste(histories, SHARES, implicit=True).tolist() == [[0.75, 0.25], [0, 0]]


def test_disliked_films_are_no_part_of_a_taste() -> None:
    histories = sparse.csr_matrix(np.array([[5, 4, 0, 0, 0, 0.5, 1, 0.5, 0, 0]], np.float32))
    assert calibration.taste(histories, SHARES).tolist() == [[1, 0]]


def test_divergence_is_that_of_scipy_from_the_smoothed_mix() -> None:
    p, q = np.array([0.7, 0.2, 0.1, 0]), np.array([0.4, 0, 0.3, 0.3])
    assert calibration.divergence(p, q) == pytest.approx(entropy(p, 0.99 * q + 0.01 * p))
    assert calibration.divergence(p, p) == pytest.approx(0)


def test_without_weight_the_list_stays() -> None:
    assert _list(0) == [0, 1, 2, 3]


def test_with_weight_the_list_has_both_genres_and_its_best_films() -> None:
    assert set(_list(0.9)) == {0, 1, 5, 6}


def test_the_list_is_the_best_of_all_lists() -> None:
    generator = np.random.default_rng(2)
    shares = sparse.csr_matrix(generator.dirichlet([0.3] * 3, 8))
    candidates, scores = np.arange(8, dtype=np.int32)[None, :], -np.sort(-generator.random((1, 8)).astype(np.float32))
    wanted = generator.dirichlet([1] * 3, 1)

    def worth(films: tuple[int, ...]) -> float:
        lists = np.array([films], np.int32)
        kept = scores[0, list(films)].sum() / scores.max()
        return 0.4 * kept - 0.6 * calibration.divergence(wanted, calibration.mix(lists, shares))[0]

    found = calibration.calibrated(candidates, scores, wanted, shares, n=3, weight=0.6)[0].tolist()
    assert tuple(found) == max(combinations(range(8), 3), key=worth)


def test_the_weight_means_the_same_whatever_the_size_of_the_scores() -> None:
    larger = calibration.calibrated(CANDIDATES, SCORES * 1000, HALF, SHARES, n=4, weight=0.5)
    assert larger[0].tolist() == _list(0.5)


def test_a_person_without_a_taste_keeps_the_list() -> None:
    assert _list(0.9, np.zeros((1, 2))) == [0, 1, 2, 3]


def test_padding_is_never_chosen_and_stays_at_the_end() -> None:
    candidates = np.array([[0, 5, -1, -1], [-1, -1, -1, -1]], np.int32)
    scores = np.array([[2, 1, 0, 0], [0, 0, 0, 0]], np.float32)
    lists = calibration.calibrated(candidates, scores, np.repeat(HALF, 2, axis=0), SHARES, n=3, weight=0.5)
    assert lists.tolist() == [[0, 5, -1], [-1, -1, -1]]


def test_a_list_longer_than_its_candidates_is_padded() -> None:
    assert _list(0.5, n=8)[6:] == [-1, -1]


def test_many_are_chosen_like_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(0)
    candidates = np.argsort(generator.random((7, 10)), axis=1).astype(np.int32)
    scores = -np.sort(-generator.random((7, 10)).astype(np.float32), axis=1)
    wanted = generator.dirichlet([1, 1], 7)
    whole = calibration.calibrated(candidates, scores, wanted, SHARES, n=5, weight=0.6)
    monkeypatch.setattr(calibration, "BLOCK_BYTES", 1)
    blocks = calibration.calibrated(candidates, scores, wanted, SHARES, n=5, weight=0.6)
    assert (whole == blocks).all()
