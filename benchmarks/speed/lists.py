"""implicit's lists for everybody, in the peers' own environment: `python lists.py MATRIX FILMS`; prints the seconds.

It knows nothing of Marquee. The quality of the factors does not change what listing costs, so one iteration is fitted.
"""

import sys
import time

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy import sparse


def main():
    """Time `recommend` for all rows of a matrix."""
    matrix, films = sparse.load_npz(sys.argv[1]).tocsr(), int(sys.argv[2])
    model = AlternatingLeastSquares(factors=64, iterations=1, random_state=0)
    model.fit(matrix, show_progress=False)
    started = time.perf_counter()
    model.recommend(np.arange(matrix.shape[0]), matrix, N=films, filter_already_liked_items=True)
    print(time.perf_counter() - started)


if __name__ == "__main__":
    main()
