"""Measures predicted stars on MovieLens as published: `python -m benchmarks.stars FOLDER`, with the two zips in it.

Every fold is learned by a process of its own, so that its memory is its own too. Nothing but a fold's training part
is learned from. Seconds are of the wall clock, and of the processors beside them, which other work does not disturb.
"""

import io
import json
import resource
import sys
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy import sparse
from sklearn.model_selection import KFold

from recommendations.data import SideInformation
from recommendations.rating import StarPredictor

RESULTS = Path(__file__).resolve().parent / "results" / "quality-stars.json"
MODEL = "stars"
YEAR = r"\((\d{4})\)\s*$"
TARGETS = {
    ("ml-latest-small, random 5-fold", "MAE"): 0.629,
    ("ml-latest-small, random 5-fold", "RMSE"): 0.830,
    ("ml-100k, u1 to u5", "RMSE"): 0.900,
    ("ml-100k, u1 to u5", "MAE"): 0.705,
    ("ml-100k, u1 alone", "RMSE"): 0.885,
}


@dataclass(frozen=True)
class Fold:
    """What is learned from, and what is to be foreseen; all in one shape, people × films."""

    training: sparse.csr_matrix
    targets: sparse.csr_matrix
    side: SideInformation


@dataclass(frozen=True)
class Figures:
    """What one fold gave; `memory` is the whole process' peak in MB."""

    rmse: float
    mae: float
    rounded_rmse: float
    rounded_mae: float
    coverage: float
    width: float
    seconds: float
    cpu_seconds: float
    predict_seconds: float
    memory: float


def main() -> None:
    """Measure every fold and print and keep the table."""
    folder = Path(sys.argv[1])
    folds = [partial(ml_100k, folder, fold) for fold in range(1, 6)]
    official = [_alone(fold) for fold in folds]
    random = [_alone(partial(ml_latest_small, folder, fold)) for fold in range(5)]
    report(
        {"ml-100k, u1 alone": official[:1], "ml-100k, u1 to u5": official, "ml-latest-small, random 5-fold": random}
    )


def ml_100k(folder: Path, fold: int) -> Fold:
    """Return one of the official folds, u1 to u5."""
    with zipfile.ZipFile(folder / "ml-100k.zip") as archive:
        read = partial(pd.read_csv, header=None, encoding="latin-1")
        base, test = (read(_open(archive, f"u{fold}.{part}"), sep="\t").to_numpy() for part in ("base", "test"))
        films = read(_open(archive, "u.item"), sep="|")
    side = _side(films.iloc[:, 5:].to_numpy(np.float32), films[1])
    matrices = [_matrix(part[:, 0] - 1, part[:, 1] - 1, part[:, 2], (943, 1682)) for part in (base, test)]
    return Fold(*matrices, side)


def ml_latest_small(folder: Path, fold: int) -> Fold:
    """Return one of five random folds over the lines of ratings.csv."""
    with zipfile.ZipFile(folder / "ml-latest-small.zip") as archive:
        ratings, films = (pd.read_csv(_open(archive, name)) for name in ("ratings.csv", "movies.csv"))
    films = films.sort_values("movieId")
    genres = films.genres.str.get_dummies("|").drop(columns="(no genres listed)").to_numpy(np.float32)
    rows, columns = ratings.userId.to_numpy() - 1, np.searchsorted(films.movieId, ratings.movieId)
    parts = list(KFold(5, shuffle=True, random_state=0).split(ratings))[fold]
    shape = (int(rows.max()) + 1, len(films))
    matrices = [_matrix(rows[part], columns[part], ratings.rating.to_numpy()[part], shape) for part in parts]
    return Fold(*matrices, _side(genres, films.title))


def measure(make: "partial[Fold]") -> Figures:
    """Learn from a fold's training part and compare with the rest."""
    fold = make()
    started, busy = time.perf_counter(), time.process_time()
    predictor = StarPredictor().fit(fold.training, fold.side)
    learned, learned_busy = time.perf_counter(), time.process_time()
    found = predictor.predict_at(fold.training, fold.targets)
    given = fold.targets.data
    errors = found.mean.astype(np.float64) - given
    rounded = np.round(found.mean.astype(np.float64) * 2) / 2 - given
    return Figures(
        rmse=float(np.sqrt((errors**2).mean())),
        mae=float(np.abs(errors).mean()),
        rounded_rmse=float(np.sqrt((rounded**2).mean())),
        rounded_mae=float(np.abs(rounded).mean()),
        coverage=float(((found.low <= given) & (given <= found.high)).mean()),
        width=float((found.high - found.low).mean()),
        seconds=learned - started,
        cpu_seconds=learned_busy - busy,
        predict_seconds=time.perf_counter() - learned,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def report(protocols: dict[str, list[Figures]]) -> None:
    """Print the means over folds, and keep them as JSON."""
    columns = ["", "RMSE", "MAE", "rounded RMSE", "MAE", "in 80 %", "width", "fit s", "CPU s", "predict s", "MB"]
    table = Table(*columns, title="Predicted stars, means over folds")
    rows = []
    for protocol, folds in protocols.items():
        mean = {name: float(np.mean([getattr(fold, name) for fold in folds])) for name in asdict(folds[0])}
        mean["memory"] = max(fold.memory for fold in folds)
        rows += [
            {"protocol": protocol, "model": MODEL, "ours": True, "metric": metric, "value": round(value, 4)}
            for metric, value in mean.items()
        ]
        table.add_row(protocol, *(f"{value:.4f}" if value < 3 else f"{value:.1f}" for value in mean.values()))
    console = Console(width=140)
    console.print(table)
    for (protocol, metric), target in TARGETS.items():
        value = next(row["value"] for row in rows if row["protocol"] == protocol and row["metric"] == metric.lower())
        console.print(f"{protocol}: {metric} {value:.4f}, target {target}: {'met' if value <= target else 'missed'}")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


def _alone(make: "partial[Fold]") -> Figures:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, make).result()


def _open(archive: zipfile.ZipFile, name: str) -> io.BytesIO:
    path = next(each for each in archive.namelist() if each.endswith(f"/{name}"))
    return io.BytesIO(archive.read(path))


def _side(genres: np.ndarray, titles: "pd.Series[str]") -> SideInformation:
    """Return genres, and years of which neighbours share a part: three quarters, a half, a quarter."""
    given = titles.str.extract(YEAR)[0].astype(float).to_numpy()
    years = np.arange(np.nanmin(given), np.nanmax(given) + 1)
    near = np.nan_to_num(np.maximum(1 - np.abs(given[:, None] - years[None, :]) / 4, 0))
    names = [f"genre:{place}" for place in range(genres.shape[1])] + [f"year:{year:.0f}" for year in years]
    return SideInformation(sparse.csr_matrix(np.hstack([genres, near]).astype(np.float32)), tuple(names))


def _matrix(rows: np.ndarray, columns: np.ndarray, stars: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((stars.astype(np.float32), (rows, columns)), shape=shape)
    matrix.sort_indices()
    return matrix


if __name__ == "__main__":
    main()
