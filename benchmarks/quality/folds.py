"""What everybody is measured on: files of plain arrays, so that peers need nothing of ours to read them.

A fold is `fold-N.npz` with train_people, train_films, train_stars, test_people, test_films, test_stars and shape; and
with `foreseen`, a mask over the stored ratings of the whole matrix, for us.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data import SideInformation
from recommendations.data.preferences import row_of_each
from recommendations.evaluation import Dataset
from recommendations.evaluation.split import Split, foreseeing, k_folds

FOLDS = 5
_PARTS = ("data", "indices", "indptr")
SEED = 0


def keep(data: Dataset, file: Path) -> None:
    """Write everything that a model of ours may know of a release, so that its process needs no site."""
    matrices = {"ratings": data.interactions, "features": data.side.film_features, "genres": data.genres}
    parts = {f"{name}.{part}": getattr(each, part) for name, each in matrices.items() for part in _PARTS}
    shapes = {f"{name}.shape": np.array(each.shape) for name, each in matrices.items()}
    names = np.array(data.side.film_feature_names)
    np.savez(file, name=data.name, names=names, times=data.side.times, lines=data.lines, **parts, **shapes)


def kept(file: Path) -> Dataset:
    """Return what was written."""
    with np.load(file) as found:
        ratings, features, genres = (_matrix(found, name) for name in ("ratings", "features", "genres"))
        names = tuple(found["names"].tolist())
        side = SideInformation(film_features=features, film_feature_names=names, times=found["times"])
        return Dataset(str(found["name"]), ratings, side, found["lines"], genres)


def random_folds(data: Dataset, folder: Path) -> None:
    """Write five random folds over ratings: scikit-learn's KFold, shuffled, seed 0, in the order of the file."""
    for number, split in enumerate(k_folds(data.interactions, folds=FOLDS, seed=SEED, lines=data.lines)):
        _write(folder, number, data.interactions, ~split.kept)


def official_folds(data: Dataset, archive: Path, folder: Path) -> None:
    """Write u1 to u5 of ml-100k, which GroupLens ships as u1.test to u5.test."""
    matrix = data.interactions
    cells = row_of_each(matrix) * matrix.shape[1] + matrix.indices
    with zipfile.ZipFile(archive) as opened:
        for number in range(FOLDS):
            test = np.loadtxt(io.BytesIO(opened.read(f"ml-100k/u{number + 1}.test")), dtype=np.int64)
            # People and films of ml-100k are numbered from 1 without a gap, and all of them are in the matrix.
            foreseen = np.isin(cells, (test[:, 0] - 1) * matrix.shape[1] + test[:, 1] - 1)
            if foreseen.sum() != len(test):
                raise ValueError(f"u{number + 1}.test is not a part of u.data.")
            _write(folder, number, matrix, foreseen)


def splits(data: Dataset, folder: Path) -> Iterator[tuple[Path, Split]]:
    """Yield each fold's file and the fold as the evaluation knows it."""
    for file in sorted(folder.glob("fold-*.npz")):
        with np.load(file) as fold:
            yield file, foreseeing(data.interactions, fold["foreseen"], SEED)


def _write(folder: Path, number: int, matrix: sparse.csr_matrix, foreseen: NDArray[np.bool_]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    people, films, stars = row_of_each(matrix), matrix.indices, matrix.data
    np.savez(
        folder / f"fold-{number}.npz",
        train_people=people[~foreseen],
        train_films=films[~foreseen],
        train_stars=stars[~foreseen],
        test_people=people[foreseen],
        test_films=films[foreseen],
        test_stars=stars[foreseen],
        shape=np.array(matrix.shape),
        foreseen=foreseen,
    )


def _matrix(found: Mapping[str, Any], name: str) -> sparse.csr_matrix:
    data, indices, indptr = (found[f"{name}.{part}"] for part in _PARTS)
    return sparse.csr_matrix((data, indices, indptr), shape=tuple(found[f"{name}.shape"].tolist()))
