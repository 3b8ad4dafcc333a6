"""The peers, timed: `python peers.py NAME MATRIX ANSWER THREADS`, run by the virtual environment that has them.

Reads people × films in stars, writes what was found and the seconds that fitting took into ANSWER, an npz file.
Stands alone: nothing of Marquee is imported.
"""

import sys
import time

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from scipy import sparse
from sklearn.utils.extmath import randomized_svd


def item_knn(stars, threads):
    """Find each film's 100 nearest by cosine, of which implicit counts the film itself as one."""
    model = CosineRecommender(K=100, num_threads=threads)
    seconds = timed(lambda: model.fit(stars, show_progress=False))
    return {"neighborhoods": sparse.csr_matrix(model.similarity)}, seconds


def als(stars, threads):
    """Fit who rated what; a rated film has six times the confidence of an unrated one."""
    chosen = sparse.csr_matrix((np.ones_like(stars.data), stars.indices, stars.indptr), shape=stars.shape)
    settings = {"factors": 64, "iterations": 15, "alpha": 6.0, "regularization": 36.0}
    model = AlternatingLeastSquares(**settings, num_threads=threads, random_state=0)
    seconds = timed(lambda: model.fit(chosen, show_progress=False))
    return {"films": model.item_factors}, seconds


def svd(stars, threads):
    """Find 64 factors with four power iterations."""
    found = []
    seconds = timed(lambda: found.append(randomized_svd(stars, 64, n_iter=4, random_state=0)))
    return {"directions": found[0][2].T}, seconds


def timed(run):
    """Return the seconds that `run` takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    NAME, MATRIX, ANSWER, THREADS = sys.argv[1:]
    answer, taken = {"item-knn": item_knn, "als": als, "svd": svd}[NAME](sparse.load_npz(MATRIX), int(THREADS))
    if "neighborhoods" in answer:
        sparse.save_npz(ANSWER, answer["neighborhoods"], compressed=False)
    else:
        np.savez(ANSWER, **answer)
    print(taken)
