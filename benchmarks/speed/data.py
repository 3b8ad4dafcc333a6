"""Invented ratings in the sizes of the real releases, made once and kept in `var/bench/<scale>/`."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.speed.processes import ROOT, own_environment, run

SEED = 1


@dataclass(frozen=True)
class Scale:
    """How much there is of everything. 1m, 10m and 25m are as large as MovieLens 1M, 10M and 25M."""

    people: int
    films: int
    ratings: int


SCALES = {
    "1m": Scale(6_040, 3_706, 1_000_209),
    "5m": Scale(35_000, 7_000, 5_000_000),
    "10m": Scale(69_878, 10_677, 10_000_054),
    "25m": Scale(162_541, 59_047, 25_000_095),
}


def generated(scale: str, kept_in: Path) -> Path:
    """Return the folder with the files of a scale, as MovieLens lays them out; they are made when they are missing."""
    folder, size = kept_in / scale / "ratings", SCALES[scale]
    amounts = ["--users", size.people, "--movies", size.films, "--ratings", size.ratings, "--seed", SEED]
    if not (folder / "generated.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(ROOT / "manage.py"), "generate_ratings", "-v0", *map(str, amounts)]
        run("generate_ratings", [*command, "--out", str(folder)], own_environment(kept_in / "site"))
    return folder


def matrix(folder: Path) -> Path:
    """Return the file with the ratings of `folder` as a matrix: users × films, CSR float32 in stars."""
    path = folder.parent / "matrix.npz"
    if not path.is_file():
        columns = {"userId": np.int32, "movieId": np.int32, "rating": np.float32}
        ratings = pd.read_csv(folder / "ratings.csv", usecols=list(columns), dtype=columns)
        people, rows = np.unique(ratings["userId"], return_inverse=True)
        films, places = np.unique(ratings["movieId"], return_inverse=True)
        values = ratings["rating"].to_numpy()
        sparse.save_npz(path, sparse.csr_matrix((values, (rows, places)), shape=(len(people), len(films))), False)
    return path
