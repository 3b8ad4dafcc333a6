"""The peers, on our folds: `python peers.py MODEL FOLDER`, run by the virtual environment that has them.

Reads fold-*.npz of FOLDER and writes MODEL-fold-*.npz with either `stars` (a prediction for each test rating) or
`people` and `lists` (ten films for each person of the test part, best first). Stands alone: nothing of Marquee is
imported.
"""

import itertools
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from scipy import sparse
from surprise import SVD, Dataset, KNNBaseline, Reader, SVDpp

K = 10
GRID = list(itertools.product((16, 32, 64, 128), (0.1, 1.0, 10.0), (1.0, 5.0)))
CHOSEN = []


def main() -> None:
    """Run one model on every fold of a folder."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    run = STARS.get(name) or RANKED[name]
    for file in sorted(folder.glob("fold-*.npz")):
        with np.load(file) as opened:
            fold = dict(opened)
        started = time.perf_counter()
        answer = run(fold)
        np.savez(folder / f"{name}-{file.name}", seconds=time.perf_counter() - started, **answer)


def surprise_predictions(make):
    """Return a function that fits one of Surprise's algorithms on a fold and predicts its test ratings."""

    def run(fold):
        data = Dataset(Reader(rating_scale=(float(fold["train_stars"].min()), 5.0)))
        columns = [fold[f"train_{part}"].tolist() for part in ("people", "films", "stars")]
        training = data.construct_trainset([(*row, None) for row in zip(*columns, strict=True)])
        model = make()
        model.fit(training)
        pairs = zip(fold["test_people"].tolist(), fold["test_films"].tolist(), strict=True)
        return {"stars": np.array([model.predict(person, film).est for person, film in pairs])}

    return run


def knn_baseline():
    """Return Surprise's KNNBaseline between films, with the likeness that its documentation recommends for it."""
    similarity = {"name": "pearson_baseline", "user_based": False}
    return KNNBaseline(sim_options=similarity, verbose=False)


def global_mean(fold):
    """Predict everybody's mean for everything."""
    return {"stars": np.full(len(fold["test_stars"]), fold["train_stars"].mean(dtype=np.float64))}


def implicit_als(fold):
    """Fit implicit's ALS with its own defaults."""
    return listed(AlternatingLeastSquares(random_state=0), choices(fold), fold)


def implicit_als_tuned(fold):
    """Fit implicit's ALS with the best of 24 settings on a fifth of the first fold's training part."""
    training = choices(fold)
    if not CHOSEN:
        CHOSEN.append(max(GRID, key=partial(recall_of, *parted(training))))
    return listed(AlternatingLeastSquares(*CHOSEN[0], random_state=0), training, fold)


def recall_of(shown, hidden, setting):
    """Return the mean Recall@10 on what was hidden of ALS with (factors, regularization, alpha)."""
    model = AlternatingLeastSquares(*setting, random_state=0)
    model.fit(shown, show_progress=False)
    lists, _ = model.recommend(np.arange(shown.shape[0]), shown, N=K)
    found = hidden[np.arange(len(lists))[:, None], lists].toarray().sum(axis=1)
    return (found / np.maximum(np.diff(hidden.indptr), 1)).mean()


def implicit_item_knn(fold):
    """Fit implicit's item-item neighbourhood by cosine."""
    return listed(CosineRecommender(K=100), choices(fold), fold)


def listed(model, training, fold):
    """Fit a model of implicit and return its lists for everybody in the test part."""
    model.fit(training, show_progress=False)
    people = np.unique(fold["test_people"])
    lists, _ = model.recommend(people, training[people], N=K, filter_already_liked_items=True)
    return {"people": people, "lists": lists}


def choices(fold):
    """Return who rated what in the training part, as ones: users × films."""
    places = (fold["train_people"], fold["train_films"])
    return sparse.csr_matrix((np.ones(len(places[0]), np.float32), places), shape=tuple(fold["shape"]))


def parted(matrix):
    """Return four fifths of the ones of a matrix, and the rest, drawn at random."""
    hidden = np.random.default_rng(0).random(matrix.nnz) < 0.2
    rows, columns = matrix.nonzero()
    parts = [
        sparse.csr_matrix((np.ones(part.sum(), np.float32), (rows[part], columns[part])), shape=matrix.shape)
        for part in (~hidden, hidden)
    ]
    return parts[0], parts[1]


STARS = {
    "global mean": global_mean,
    "Surprise SVD": surprise_predictions(partial(SVD, random_state=0)),
    "Surprise SVD++": surprise_predictions(partial(SVDpp, random_state=0, cache_ratings=True)),
    "Surprise KNNBaseline": surprise_predictions(knn_baseline),
}
RANKED = {
    "implicit ALS": implicit_als,
    "implicit ALS, tuned": implicit_als_tuned,
    "implicit item-kNN": implicit_item_knn,
}

if __name__ == "__main__":
    main()
