"""How long our models take to fit, beside their peers: the same matrix, the same threads, the same answer.

`measure` runs each of them in a process of its own, ours and the peer's in turn, and takes the best of each. It is an
error when ours did not find what the peer found: the same neighbours, no higher a loss, no less of the variance.
`python -m benchmarks.speed.models NAME MATRIX ANSWER` is such a process of ours.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms.als import ALS, ALSConfig
from recommendations.algorithms.least_squares import gram_of, improve_rows
from recommendations.algorithms.neighborhoods import film_neighborhoods
from recommendations.algorithms.randomized_svd import strongest_factors
from recommendations.algorithms.threads import thread_count

PEERS = Path(__file__).with_name("peers.py")
ROOT = Path(__file__).resolve().parents[2]
PEER_NAMES = {
    "item-knn": "implicit CosineRecommender, K=100",
    "als": "implicit AlternatingLeastSquares, 64 factors, 15 iterations",
    "svd": "scikit-learn randomized_svd, 64 factors, 4 iterations",
}
MOST_RUNS = 3
SECONDS = 30
# The loss that both minimize: a rated film counts 1 + 0.2, an unrated one 0.2, which implicit calls alpha = 6.
UNOBSERVED, RIDGE = 0.2, 6.0
# Where both start at random, a loss or a variance within this share is the same.
EQUAL = 1e-3


class NotTheSame(RuntimeError):
    """A model was quick, but did not find what its peer found."""


def measure(matrix_path: Path, peers_python: Path) -> list[dict[str, Any]]:
    """Return a row for each model: seconds of its fastest fit, those of its peer, and their ratio.

    `matrix_path` is a CSR matrix in an npz file of scipy's, people × films in stars; `peers_python` the Python of the
    peers' environment. Models are fitted again, up to MOST_RUNS times, while all took less than SECONDS. Raises
    NotTheSame, and CalledProcessError if a process fails.
    """
    return [_row(name, matrix_path, peers_python) for name in PEER_NAMES]


def _row(name: str, matrix: Path, peers_python: Path) -> dict[str, Any]:
    ours, peers = [], []
    threads = str(thread_count())
    with tempfile.TemporaryDirectory() as folder:
        answer, peers_answer = Path(folder) / "ours.npz", Path(folder) / "peer.npz"
        while not ours or (len(ours) < MOST_RUNS and sum(ours + peers) < SECONDS):
            ours.append(_seconds([sys.executable, "-m", __spec__.name, name, matrix, answer]))
            # One thread of BLAS in each of its own is what implicit asks for.
            blas = threads if name == "svd" else "1"
            peers.append(_seconds([peers_python, PEERS, name, matrix, peers_answer, threads], blas))
        _CHECKS[name](matrix, answer, peers_answer)
    best = {"ours": round(min(ours), 3), "peer": round(min(peers), 3)}
    ratio = round(min(ours) / min(peers), 3)
    return {"name": name, **best, "peer_name": PEER_NAMES[name], "ratio": ratio, "unit": "seconds"}


def _seconds(command: list[Any], blas: str | None = None) -> float:
    environment = os.environ | {"PYTHONWARNINGS": "ignore"} | ({"OPENBLAS_NUM_THREADS": blas} if blas else {})
    words = [str(word) for word in command]
    return float(subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def _item_knn(stars: sparse.csr_matrix) -> sparse.csr_matrix:
    return film_neighborhoods(stars, 100, 0.0)


def _als(stars: sparse.csr_matrix) -> Any:
    chosen = sparse.csr_matrix((np.ones_like(stars.data), stars.indices, stars.indptr), shape=stars.shape)
    config = ALSConfig(64, UNOBSERVED, RIDGE, activity_damping=0.0, iterations=15)
    # Implicit keeps the target at 1, where ours is 1 / 1.2, so its factors are so much longer.
    return ALS(config).fit(chosen).film_factors_ * np.sqrt(1 + UNOBSERVED, dtype=np.float32)


def _svd(stars: sparse.csr_matrix) -> Any:
    return strongest_factors(stars, 64, 4, 0)[1]


OURS: dict[str, Callable[[sparse.csr_matrix], Any]] = {"item-knn": _item_knn, "als": _als, "svd": _svd}


def _check_neighbors(matrix: Path, ours: Path, peers: Path) -> None:
    """Compare the 99 largest likenesses of each film; films that are equally alike may differ."""
    found = [_largest(sparse.csr_matrix(sparse.load_npz(file)), 99) for file in (ours, peers)]
    if not np.allclose(*found, atol=1e-5):
        raise NotTheSame(f"The neighbours differ by up to {np.abs(found[0] - found[1]).max()}.")


def _largest(neighborhoods: sparse.csr_matrix, count: int) -> Any:
    neighborhoods.setdiag(0)
    largest = np.zeros((neighborhoods.shape[0], count), np.float32)
    for film, (start, end) in enumerate(zip(neighborhoods.indptr[:-1], neighborhoods.indptr[1:], strict=True)):
        best = -np.sort(-neighborhoods.data[start:end])[:count]
        largest[film, : len(best)] = best
    return largest


def _check_loss(matrix: Path, ours: Path, peers: Path) -> None:
    stars = sparse.load_npz(matrix)
    losses = [_loss(stars, np.load(ours)["found"]), _loss(stars, np.load(peers)["films"])]
    if losses[0] > losses[1] * (1 + EQUAL):
        raise NotTheSame(f"The loss of our ALS is {losses[0]:.6g}, that of its peer {losses[1]:.6g}.")


def _loss(stars: sparse.csr_matrix, films: Any) -> float:
    """Return the loss of film factors, each person's being the best for them: Σ c (p - s)² and the ridge."""
    alpha, ridge = (1 + UNOBSERVED) / UNOBSERVED, RIDGE * (1 + UNOBSERVED) / UNOBSERVED
    root = np.float32(np.sqrt(alpha - 1))
    shape = (stars.shape[0], films.shape[1])
    people, targets = np.zeros(shape, np.float32), np.full_like(stars.data, alpha / root)
    equations = sparse.csr_matrix((targets, stars.indices, stars.indptr), shape=stars.shape)
    for _ in range(5):
        improve_rows(equations, films * root, gram_of(films, 1.0, ridge), people)
    rated = 0.0
    for start in range(0, shape[0], 1000):
        cells = stars[start : start + 1000].nonzero()
        scores = np.einsum("ij,ij->i", people[start + cells[0]], films[cells[1]], dtype=np.float64)
        rated += float((alpha * (1 - scores) ** 2 - scores**2).sum())
    grams = [side.T.astype(np.float64) @ side for side in (people, films)]
    return rated + float((grams[0] * grams[1]).sum()) + ridge * float(np.trace(grams[0]) + np.trace(grams[1]))


def _check_variance(matrix: Path, ours: Path, peers: Path) -> None:
    stars = sparse.load_npz(matrix)
    captured = [
        float(np.square(stars @ directions, dtype=np.float64).sum())
        for directions in (np.load(ours)["found"], np.load(peers)["directions"])
    ]
    if captured[0] < captured[1] * (1 - EQUAL):
        raise NotTheSame(f"Our SVD explains {captured[0]:.6g} of the squares, its peer {captured[1]:.6g}.")


_CHECKS = {"item-knn": _check_neighbors, "als": _check_loss, "svd": _check_variance}


def _fit(name: str, matrix: Path, answer: Path) -> float:
    """Fit one of ours, keep what it found in `answer`, and return the seconds, compiling not among them."""
    stars = sparse.load_npz(matrix)
    OURS[name](stars[:200])
    started = time.perf_counter()
    found = OURS[name](stars)
    seconds = time.perf_counter() - started
    if sparse.issparse(found):
        sparse.save_npz(answer, found, compressed=False)
    else:
        np.savez(answer, found=found)
    return seconds


if __name__ == "__main__":
    print(_fit(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
