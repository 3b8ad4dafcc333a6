"""Measures lists: `python -m benchmarks.ranking FOLDER`, the folder that holds ml-100k.zip and ml-latest-small.zip.

Prints three tables and writes their figures to `results/quality-ranking.json`: random five folds of MovieLens 100K
with seconds and memory, strangers of whom few ratings are known, and films that nobody has rated. Every list ranks
the whole catalogue. Nothing was tuned on these folds: settings were chosen on parts of the first fold's training
ratings, and the hybrid learns its weights from the ratings it is given.
"""

import csv
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import sparse
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from recommendations.algorithms import Recommender, registry
from recommendations.data import SideInformation
from recommendations.data.features import film_features
from recommendations.evaluation import metrics

RESULTS = Path(__file__).resolve().parent / "results" / "quality-ranking.json"
K = 10
LIKED_STARS = 4.0
GIVEN = (1, 2, 5, 10, 0)
SEED = 0
_YEAR = re.compile(r"\s*\((\d{4})\)\s*$")


@dataclass(frozen=True)
class Data:
    """A release: its ratings in file order (person, film, stars, seconds), and what is known of its films."""

    name: str
    ratings: NDArray[np.float64]
    shape: tuple[int, int]
    side: SideInformation

    def matrix(self, rows: Any = slice(None)) -> sparse.csr_matrix:
        """Return some of the ratings as people × films."""
        people, films, stars = self.ratings[rows, :3].T
        cells = people.astype(int), films.astype(int)
        return sparse.csr_matrix((stars.astype(np.float32), cells), shape=self.shape)


@dataclass(frozen=True)
class Row:
    """One figure."""

    protocol: str
    model: str
    metric: str
    value: float


def main() -> None:
    """Run every protocol; `python -m benchmarks.ranking FOLDER --folds NAME KIND` is what it calls for each model."""
    folder = Path(sys.argv[1])
    if "--folds" in sys.argv:
        print(json.dumps(_folds(movielens_100k(folder), *sys.argv[3:5])))
        return
    console = Console()
    rows = [*_five_folds(folder, console)]
    for data in (movielens_100k(folder), movielens_small(folder)):
        rows += _fold_in(data, console)
        rows += _cold(data, console)
    RESULTS.parent.mkdir(exist_ok=True)
    entries = [{"protocol": row.protocol, "model": row.model, "ours": True, "metric": row.metric} for row in rows]
    figures = [entry | {"value": round(row.value, 5)} for entry, row in zip(entries, rows, strict=True)]
    RESULTS.write_text(json.dumps(figures, indent=0, ensure_ascii=False) + "\n")


def _five_folds(folder: Path, console: Console) -> Iterator[Row]:
    """Every model in a process of its own, so that seconds and memory are its own."""
    table = Table("model", "given", "Recall@10", "NDCG@10", "slowest fit", "seconds", "peak MB")
    table.title = "ml-100k, KFold(5, shuffle, seed 0), every rating wanted; seconds of all five folds"
    for kind in ("choices", "choices+films", "stars"):
        for name in registry.RECOMMENDERS:
            if kind == "choices+films" and name not in {"content", "hybrid"}:
                continue
            command = [sys.executable, "-m", "benchmarks.ranking", str(folder), "--folds", name, kind]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            found: dict[str, float] = json.loads(output)
            shown = [
                f"{value:.4f}" if value < 1 and "@" in metric else f"{value:.1f}" for metric, value in found.items()
            ]
            table.add_row(name, kind, *shown)
            for metric, value in found.items():
                yield Row(f"ml-100k 5-fold, {kind}", name, metric, value)
    console.print(table)


def _folds(data: Data, name: str, kind: str) -> dict[str, float]:
    recalls, gains, fits = [], [], []
    started = time.perf_counter()
    for train, test in KFold(5, shuffle=True, random_state=0).split(data.ratings):
        seen, wanted = data.matrix(train), data.matrix(test)
        if kind != "stars":
            seen.data[:] = 1
        side = data.side if kind == "choices+films" else None
        fitting = time.perf_counter()
        model = registry.create(name).fit(seen, side)
        fits.append(time.perf_counter() - fitting)
        people = np.diff(wanted.indptr) > 0
        lists, _ = model.recommend(seen[people], K)
        recalls.append(metrics.recall_at_k(lists, wanted[people], K).mean())
        gains.append(metrics.ndcg_at_k(lists, wanted[people], K).mean())
    peak = psutil.Process().memory_info()
    return {
        "recall@10": float(np.mean(recalls)),
        "ndcg@10": float(np.mean(gains)),
        "seconds of the slowest fit": max(fits),
        "seconds": time.perf_counter() - started,
        "peak megabytes": _peak_megabytes(peak),
    }


def _peak_megabytes(now: Any) -> float:
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) / 1024
    return float(now.rss) / 1024**2


def _fold_in(data: Data, console: Console) -> Iterator[Row]:
    """Strong generalisation: a fifth of the people is never fitted; some of their ratings are shown, not all."""
    generator = np.random.default_rng(SEED)
    ratings = data.matrix()
    strangers = np.sort(generator.permutation(data.shape[0])[: data.shape[0] // 5])
    fitted = np.isin(np.arange(data.shape[0]), strangers, invert=True)
    training = sparse.csr_matrix(sparse.diags_array(fitted.astype(np.float32)) @ ratings)
    training.eliminate_zeros()
    histories = ratings[strangers]
    histories = histories[np.diff(histories.indptr) >= 2 * max(GIVEN)]
    place = _places(histories, generator)
    counts = np.repeat(np.diff(histories.indptr), np.diff(histories.indptr))
    target = place >= np.ceil(counts * 0.8) if histories.nnz else place
    wanted = _only(histories, target & (histories.data >= LIKED_STARS))
    models = _models(training, data.side)
    table = Table("model", *(f"{given} given" if given else "all given" for given in GIVEN))
    table.title = f"{data.name}: people never fitted, NDCG@10 of hidden ratings of four stars and more"
    for name, model in models.items():
        values = []
        for given in GIVEN:
            shown = _only(histories, ~target & (place < (given or np.inf)))
            values.append(_ndcg(model, shown, wanted))
            protocol = f"{data.name} strangers, {given or 'all'} given"
            yield Row(protocol, name, "ndcg@10", values[-1])
        table.add_row(name, *(f"{value:.4f}" for value in values))
    console.print(table)


def _cold(data: Data, console: Console) -> Iterator[Row]:
    """A fifth of the films is taken out of the training; lists of these films only."""
    generator = np.random.default_rng(SEED)
    ratings = data.matrix()
    cold = np.sort(generator.permutation(data.shape[1])[: data.shape[1] // 5])
    columns = np.isin(ratings.indices, cold)
    shown, wanted = _only(ratings, ~columns), _only(ratings, columns)[:, cold]
    people = (np.diff(wanted.indptr) > 0) & (np.diff(shown.indptr) > 0)
    table = Table("model", "NDCG@10", "AUC", title=f"{data.name}: {len(cold)} films that nobody has rated")
    models: dict[str, Recommender | None] = {"chance": None, **_models(shown, data.side)}
    for name, model in models.items():
        scores = generator.random((int(people.sum()), len(cold)))
        if model is not None:
            scores = model.score(shown[people])[:, cold]
        # Equal scores are put into a random order: that of the catalogue would favour old, well-known films.
        lists = np.lexsort((generator.random(scores.shape), -scores), axis=1)[:, :K].astype(np.int32)
        found = {
            "ndcg@10": float(metrics.ndcg_at_k(lists, wanted[people], K).mean()),
            "auc": _auc(scores, wanted[people]),
        }
        table.add_row(name, *(f"{value:.4f}" for value in found.values()))
        for metric, value in found.items():
            yield Row(f"{data.name} cold films", name, metric, value)
    console.print(table)


def _models(training: sparse.csr_matrix, side: SideInformation) -> dict[str, Recommender]:
    """Return every recommender fitted; the parts of the hybrid are taken from it."""
    hybrid = registry.create("hybrid").fit(training, side)
    parts = getattr(hybrid, "parts_")  # noqa: B009
    most_rated = {"most rated": parts["popularity"]}
    others = {name: part for name, part in parts.items() if name != "popularity"}
    return {"popularity": registry.create("popularity").fit(training), **most_rated, **others, "hybrid": hybrid}


def _ndcg(model: Recommender, shown: sparse.csr_matrix, wanted: sparse.csr_matrix) -> float:
    people = np.diff(wanted.indptr) > 0
    lists, _ = model.recommend(shown[people], K)
    return float(metrics.ndcg_at_k(lists, wanted[people], K).mean())


def _auc(scores: Any, wanted: sparse.csr_matrix) -> float:
    """Return the mean area under the curve of all people who did not rate all of these films."""
    areas = [
        roc_auc_score(wanted[[row]].toarray()[0] > 0, scores[row])
        for row in range(len(scores))
        if wanted[[row]].nnz < wanted.shape[1]
    ]
    return float(np.mean(areas))


def _places(matrix: sparse.csr_matrix, generator: np.random.Generator) -> NDArray[np.int_]:
    """Return for each stored value its place in a random order of its row."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((generator.random(matrix.nnz), rows))
    place = np.empty(matrix.nnz, np.int_)
    place[order] = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    return place


def _only(matrix: sparse.csr_matrix, keep: NDArray[np.bool_]) -> sparse.csr_matrix:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return sparse.csr_matrix((matrix.data[keep], (rows[keep], matrix.indices[keep])), shape=matrix.shape)


def movielens_100k(folder: Path) -> Data:
    """Read ml-100k.zip."""
    with zipfile.ZipFile(folder / "ml-100k.zip") as archive:
        ratings = np.loadtxt(io.BytesIO(archive.read("ml-100k/u.data")))
        genres = [line.split("|")[0] for line in archive.read("ml-100k/u.genre").decode().split("\n") if "|" in line]
        lines = archive.read("ml-100k/u.item").decode("latin-1").rstrip("\n").split("\n")
    films = [line.split("|") for line in lines]
    ratings[:, :2] -= 1
    named = [[genre for genre, flag in zip(genres, film[5:], strict=True) if flag == "1"] for film in films]
    return Data("ml-100k", ratings, (943, len(films)), _side([film[1] for film in films], named, []))


def movielens_small(folder: Path) -> Data:
    """Read ml-latest-small.zip."""
    with zipfile.ZipFile(folder / "ml-latest-small.zip") as archive:
        tables = {
            name: list(csv.DictReader(io.StringIO(archive.read(f"ml-latest-small/{name}.csv").decode())))
            for name in ("movies", "ratings", "tags")
        }
    place = {film["movieId"]: column for column, film in enumerate(tables["movies"])}
    ratings = np.array(
        [
            (int(row["userId"]) - 1, place[row["movieId"]], float(row["rating"]), int(row["timestamp"]))
            for row in tables["ratings"]
        ]
    )
    tags: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tables["tags"]:
        tags[row["movieId"]][row["tag"]] += 1
    side = _side(
        [film["title"] for film in tables["movies"]],
        [film["genres"].split("|") for film in tables["movies"]],
        [tags[film["movieId"]] for film in tables["movies"]],
    )
    return Data("ml-latest-small", ratings, (610, len(place)), side)


def _side(titles: list[str], genres: list[list[str]], tags: list[Counter[str]]) -> SideInformation:
    years = [int(found[1]) if (found := _YEAR.search(title)) else None for title in titles]
    known = [[genre for genre in each if genre not in {"unknown", "(no genres listed)"}] for each in genres]
    features, names = film_features(
        films=len(titles), titles=[_YEAR.sub("", title) for title in titles], years=years, genres=known, tags=tags
    )
    return SideInformation(film_features=features, film_feature_names=names)


if __name__ == "__main__":
    main()
