"""`make bench-quality`: our models and their peers on the same folds, in one table, one JSON file and one picture.

Peers live in benchmarks/.venv, which is made when it is missing. Every model runs in a process of its own, and all
predictions and lists are measured here, by the same functions.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import numpy as np
from rich.console import Console
from rich.table import Table
from scipy import sparse

from benchmarks.quality.folds import keep, official_folds, random_folds
from benchmarks.quality.picture import FOLDED_IN, picture
from benchmarks.venv import peers_python
from recommendations.algorithms import registry
from recommendations.evaluation import Dataset
from recommendations.evaluation.metrics import mae, ndcg_at_k, recall_at_k, rmse

ROOT = Path(__file__).resolve().parents[2]
HERE, RESULTS = Path(__file__).parent, ROOT / "benchmarks" / "results"
K = 10
SLOW = {"Surprise SVD++"}
PEERS = {
    "stars": ["global mean", "Surprise SVD", "Surprise SVD++", "Surprise KNNBaseline"],
    "lists": ["implicit ALS", "implicit ALS, tuned", "implicit item-kNN"],
}
OURS = "Marquee"

Row = dict[str, Any]


def main() -> None:
    """Measure what the command line asks for."""
    given = _arguments()
    data = _data_folder()
    peers_python()
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for protocol in given.only or PROTOCOLS for row in PROTOCOLS[protocol](data, Path(folder), given)]
    _report(rows)


def stars_random(data: Path, folder: Path, given: argparse.Namespace) -> list[Row]:
    """Measure predicted stars on ml-latest-small, five random folds."""
    random_folds(_release(data, folder, "ml-latest-small"), folder / "small")
    return list(_stars("ml-latest-small, random 5-fold", folder / "ml-latest-small.npz", folder / "small", given))


def stars_official(data: Path, folder: Path, given: argparse.Namespace) -> list[Row]:
    """Measure predicted stars on ml-100k, u1 to u5."""
    official_folds(_release(data, folder, "ml-100k"), data / "ml-100k.zip", folder / "official")
    return list(_stars("ml-100k, u1 to u5", folder / "ml-100k.npz", folder / "official", given))


def lists_random(data: Path, folder: Path, given: argparse.Namespace) -> list[Row]:
    """Measure lists on ml-100k, five random folds, every rating a film worth listing."""
    about, place = "ml-100k, random 5-fold, all ratings positive", folder / "lists"
    random_folds(_release(data, folder, "ml-100k"), place)
    rows: list[Row] = []
    for name in registry.RECOMMENDERS:
        _run_ours(name, folder / "ml-100k.npz", place)
        rows += _of_lists(about, name, place, ours=True)
    for name in PEERS["lists"]:
        _run_peer(name, place)
        rows += _of_lists(about, name, place, ours=False)
    return rows


def beyond(data: Path, folder: Path, given: argparse.Namespace) -> list[Row]:
    """Measure fold-in, cold films and calibration, which only we have."""
    rows: list[Row] = []
    for name in ("ml-latest-small", "ml-100k"):
        _release(data, folder, name)
        command = [sys.executable, "-m", "benchmarks.quality.beyond", str(folder / f"{name}.npz")]
        _say(f"Folding in, cold films and calibration on {name}")
        rows += json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
    return rows


PROTOCOLS = {
    "stars-random": stars_random,
    "stars-official": stars_official,
    "lists-random": lists_random,
    "beyond": beyond,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave out Surprise's SVD++, which takes minutes")
    parser.add_argument("--only", action="append", choices=PROTOCOLS, help="one protocol; may be given several times")
    return parser.parse_args()


def _data_folder() -> Path:
    folder = Path(os.environ.get("MOVIELENS_DATA") or ROOT.parent / "shared" / "data").resolve()
    missing = [name for name in ("ml-100k.zip", "ml-latest-small.zip") if not (folder / name).is_file()]
    if missing:
        sys.exit(f"{folder} has no {' and no '.join(missing)}: set MOVIELENS_DATA to the folder that has them.")
    return folder


def _release(data: Path, folder: Path, name: str) -> Dataset:
    """Read a release from its archive, keep it for the processes of our models, and return it."""
    os.environ |= {"VAR_DIR": str(folder), "ENV_FILE": os.devnull, "DJANGO_SETTINGS_MODULE": "config.settings"}
    django.setup()
    # Only now, because the importer is part of the site.
    from recommendations.training.sources import dataset  # noqa: PLC0415

    source = str(data / f"{name}.zip")
    found = dataset(source, datasets_dir=data, now=datetime.now(UTC), progress=lambda _step, _done, _total: None)
    keep(found, folder / f"{name}.npz")
    return found


def _stars(about: str, archive: Path, folder: Path, given: argparse.Namespace) -> Iterator[Row]:
    _run_ours("stars", archive, folder)
    yield from _of_stars(about, "stars", folder, ours=True)
    for name in PEERS["stars"]:
        if not (given.quick and name in SLOW):
            _run_peer(name, folder)
            yield from _of_stars(about, name, folder, ours=False)


def _run_ours(name: str, archive: Path, folder: Path) -> None:
    _say(f"{OURS} {name} on {archive.stem}")
    command = [sys.executable, "-m", "benchmarks.quality.ours", name, str(archive), str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)


def _run_peer(name: str, folder: Path) -> None:
    _say(name)
    # As implicit asks for; its warnings on formats and threads are no part of the result.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    command = [str(peers_python()), str(HERE / "peers.py"), name, str(folder)]
    subprocess.run(command, env=environment, check=True)


def _of_stars(about: str, model: str, folder: Path, *, ours: bool) -> Iterator[Row]:
    """Yield the means over folds of RMSE and MAE, unrounded and rounded to half stars, and those of u1 alone."""
    found = [
        {"RMSE": rmse(stars, given), "MAE": mae(stars, given)}
        | {"RMSE, half stars": rmse(_halves(stars), given), "MAE, half stars": mae(_halves(stars), given)}
        for given, stars in _answers(model, folder)
    ]
    for metric in found[0]:
        yield _row(about, model, ours, metric, float(np.mean([fold[metric] for fold in found])))
    if "u1" in about:
        for metric in ("RMSE", "MAE"):
            yield _row("ml-100k, u1 alone", model, ours, metric, found[0][metric])
    yield from _costs(about, model, folder, ours=ours)


def _answers(model: str, folder: Path) -> Iterator[tuple[Any, Any]]:
    for file in sorted(folder.glob("fold-*.npz")):
        with np.load(file) as fold, np.load(folder / f"{model}-{file.name}") as answer:
            yield fold["test_stars"].astype(np.float64), answer["stars"].astype(np.float64)


def _of_lists(about: str, model: str, folder: Path, *, ours: bool) -> Iterator[Row]:
    """Yield Recall@10 and NDCG@10: for each fold the mean over people, and then the mean over folds."""
    found = []
    for file in sorted(folder.glob("fold-*.npz")):
        with np.load(file) as fold, np.load(folder / f"{model}-{file.name}") as answer:
            places = (fold["test_people"], fold["test_films"])
            relevant = sparse.csr_matrix((np.ones(len(places[0])), places), shape=tuple(fold["shape"]))
            lists, wanted = answer["lists"], relevant[answer["people"]]
            found.append((recall_at_k(lists, wanted, K).mean(), ndcg_at_k(lists, wanted, K).mean()))
    recall, ndcg = np.mean(found, axis=0)
    yield _row(about, model, ours, "Recall@10", float(recall))
    yield _row(about, model, ours, "NDCG@10", float(ndcg))
    yield from _costs(about, model, folder, ours=ours)


def _costs(about: str, model: str, folder: Path, *, ours: bool) -> Iterator[Row]:
    """Yield the seconds of all folds together, fitting and predicting, and the memory of the process where known."""
    seconds, memory = [], []
    for file in sorted(folder.glob(f"{model}-fold-*.npz")):
        with np.load(file) as answer:
            seconds.append(float(answer["seconds"]))
            memory += [float(answer["memory"])] if "memory" in answer else []
    yield _row(about, model, ours, "seconds", sum(seconds))
    if memory:
        yield _row(about, model, ours, "peak memory, MB", max(memory))


def _halves(stars: Any) -> Any:
    return np.round(stars * 2) / 2


def _row(about: str, model: str, ours: bool, metric: str, value: float) -> Row:
    return {"protocol": about, "model": model, "ours": ours, "metric": metric, "value": value}


def _report(rows: list[Row]) -> None:
    """Print the tables, and keep the rows and the picture."""
    rows = _with_earlier(rows)
    console = Console(width=max(Console().width, 110))
    shown = [_as_column(row) for row in rows]
    for about in dict.fromkeys(row["protocol"] for row in shown):
        console.print(_table(about, [row for row in shown if row["protocol"] == about]))
    console.print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores; seed 0; stars are unrounded unless named."
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "quality.json").write_text(json.dumps(rows, indent=1) + "\n")
    (RESULTS / "quality.svg").write_text(picture(rows))
    console.print(f"Kept in {RESULTS / 'quality.json'} and {RESULTS / 'quality.svg'}.", soft_wrap=True)


def _with_earlier(rows: list[Row]) -> list[Row]:
    """Return new rows, and before them those of protocols that were measured by an earlier run and not by this one."""
    file, measured = RESULTS / "quality.json", {row["protocol"] for row in rows}
    earlier: Iterable[Row] = json.loads(file.read_text()) if file.exists() else []
    return [row for row in earlier if row["protocol"] not in measured] + rows


def _as_column(row: Row) -> Row:
    """Return a row as tables show it: one table for a curve, with a column for each number of ratings folded in."""
    match = FOLDED_IN.fullmatch(row["protocol"])
    if match is None:
        return row
    about = f"{match[1]}, people never fitted, {row['metric']} by ratings folded in"
    return row | {"protocol": about, "metric": match[2]}


def _table(about: str, rows: list[Row]) -> Table:
    metrics = list(dict.fromkeys(row["metric"] for row in rows))
    values = {(row["model"], row["metric"]): row["value"] for row in rows}
    table = Table("", *metrics, title=about)
    for model, ours in dict.fromkeys((row["model"], row["ours"]) for row in rows):
        cells = [values.get((model, metric)) for metric in metrics]
        name = f"[bold]{OURS} {model}[/bold]" if ours else model
        table.add_row(name, *("–" if cell is None else f"{cell:.4f}" for cell in cells))
    return table


def _say(text: str) -> None:
    Console(stderr=True).print(text, style="dim")


if __name__ == "__main__":
    main()
