"""Measures what growing costs: `python -m benchmarks.scaling 1 5` (million ratings), with requirements-spark.txt.

Starts a Redis, a PostgreSQL and a Spark cluster of its own (a master and two workers, a core each), generates and
imports ratings, and runs the heavy steps with both engines on the same database. Each step has its seconds and the
seconds of processor time of all processes that worked on it, which hardly depend on what else the machine does. What
it prints ends with a table on paper: 10 million people and a billion ratings, each figure worked out from a measured
one. Other scales that were
measured before stay in the result.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import numpy as np
import psutil
import psycopg
import redis
from rich.console import Console
from rich.table import Table

from benchmarks.speed.processes import ROOT, own_environment
from recommendations.store.redis_lists import RedisTopLists
from recommendations.store.toplists import Block, record_type
from tests import servers
from tests.spark.cluster import Standalone, standalone

RESULT = ROOT / "benchmarks" / "results" / "scaling.json"
MILLION, GIGABYTE = 1_000_000, 1024**3
LISTS, LIST_SIZE, KEPT_RUNS = 100_000, 100, 3
# People and films for so many million ratings: people as active as those of MovieLens 25M.
SIZES = {1: (6_500, 6_000), 5: (32_500, 20_000), 25: (162_541, 59_047)}
PAPER_PEOPLE, PAPER_RATINGS = 10 * MILLION, 1_000 * MILLION
ENGINES = ("local", "spark")
HELPERS = "SCALING_HELPERS"  # ids of the cluster's workers, whose time counts too


def main() -> None:
    """Measure, print and keep."""
    scales = [int(each) for each in sys.argv[1:]] or [1]
    result: dict[str, Any] = {"machine": machine(), "lists": measure_lists(), "scales": {}}
    with (
        tempfile.TemporaryDirectory(prefix="marquee-scaling-") as folder,
        standalone(Path(folder) / "cluster", executor_memory="2g", worker_memory="2g", quick=False) as cluster,
    ):
        for scale in scales:
            result["scales"][str(scale)] = measure_scale(scale, Path(folder), cluster)
    earlier = json.loads(RESULT.read_text())["scales"] if RESULT.exists() else {}
    result["scales"] = earlier | result["scales"]
    result["paper"] = on_paper(result["lists"], result["scales"])
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    show(result)


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def measure_lists() -> dict[str, float]:
    """Return what LISTS published lists take in Redis, each, and how many a second come in."""
    generator = np.random.default_rng(0)
    raters = np.sort(generator.choice(2**53, LISTS, replace=False))
    with servers.redis() as url:
        client = redis.Redis.from_url(url)
        before, started = client.info("memory")["used_memory"], time.perf_counter()
        RedisTopLists(url).publish(1, "item_knn", _blocks(raters, generator))
        seconds = time.perf_counter() - started
        taken = client.info("memory")["used_memory"] - before
    return {
        "record_bytes": record_type(LIST_SIZE).itemsize,
        "redis_bytes": taken / LISTS,
        "lists_per_second": LISTS / seconds,
    }


def _blocks(raters: np.ndarray, generator: np.random.Generator) -> Iterator[Block]:
    for start in range(0, LISTS, 1_000):
        movies = generator.integers(1, 60_000, (1_000, LIST_SIZE)).astype(np.int32)
        scores = generator.random((1_000, LIST_SIZE)).astype(np.float32)
        yield Block(raters[start : start + 1_000], np.ones(1_000, np.int64), movies, scores)


def measure_scale(scale: int, folder: Path, cluster: Standalone) -> dict[str, Any]:
    """Return the size of so many million ratings in PostgreSQL, and the seconds of each engine's steps."""
    people, films = SIZES[scale]
    site = folder / f"{scale}m"
    with servers.postgresql() as url:
        settings = {"RECS_RECOMMENDERS": "item_knn,als", "RECS_SPARK_MASTER": cluster.master}
        environment = own_environment(site, DATABASE_URL=url, **settings) | cluster.environment
        sizes = ["--users", str(people), "--movies", str(films), "--ratings", str(scale * MILLION)]
        for command in (
            ["migrate", "-v0"],
            ["generate_ratings", *sizes, "--out", str(site / "generated"), "-v0"],
            ["import_movielens", str(site / "generated")],
        ):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
        found = {"people": people, "films": films, "postgresql_bytes": _sizes(url)}
        for engine in ENGINES:
            code = "from benchmarks.scaling import measure_engine; measure_engine()"
            done = subprocess.run(
                [sys.executable, "-c", code],
                cwd=ROOT,
                env=environment | {"RECS_ENGINE": engine, HELPERS: _helpers(cluster) if engine == "spark" else ""},
                check=True,
                stdout=subprocess.PIPE,
            )
            found[engine] = json.loads(done.stdout.splitlines()[-1])
            print(scale, engine, found[engine], flush=True)
    return found


def _helpers(cluster: Standalone) -> str:
    return " ".join(str(worker.pid) for worker in cluster.workers)


def _sizes(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        tables = ("catalog_rating", "catalog_rater", "catalog_movie")
        return {name: connection.execute("SELECT pg_total_relation_size(%s)", [name]).fetchone()[0] for name in tables}


def measure_engine() -> None:
    """Run the heavy steps of this process' engine once, and print their seconds as JSON."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from recommendations.training import engine, options  # noqa: PLC0415 - Django has to be set up before

    seconds: dict[str, dict[str, float]] = {}
    chosen = options.from_settings()
    with _timed(seconds, "start"):
        working = engine.create(chosen)
    with _timed(seconds, "extract"):
        snapshot = working.extract().snapshot
    matrix = snapshot.training_matrix()
    for name in ("als", "item_knn"):
        with _timed(seconds, name):
            model = working.fit(chosen.create(name), matrix, snapshot.side, everybody=True)
    with _timed(seconds, "lists"):
        working.publish(1, "item_knn", model, snapshot, lambda _done: None)
    working.close()
    print(json.dumps(seconds))


@contextmanager
def _timed(steps: dict[str, dict[str, float]], name: str) -> Iterator[None]:
    started, worked = time.perf_counter(), _processor_seconds()
    yield
    steps[name] = {
        "seconds": round(time.perf_counter() - started, 1),
        "processor": round(_processor_seconds() - worked, 1),
    }


def _processor_seconds() -> float:
    """Return what this process, its helpers and all that they started have worked so far."""
    roots = [psutil.Process(), *(psutil.Process(int(pid)) for pid in os.environ.get(HELPERS, "").split())]
    family = {member for root in roots for member in (root, *root.children(recursive=True))}
    return sum(sum(member.cpu_times()[:4]) for member in family)


def on_paper(lists: dict[str, float], scales: dict[str, Any]) -> dict[str, Any]:
    """Return what PAPER_PEOPLE and PAPER_RATINGS take, if everything grows with people or with ratings.

    Processor hours grow as between the smallest and the largest measured scale, which leaves out what is the same for
    any size; with one scale they are in proportion to it, which is too much. People are as active as now.
    """
    small, large = min(map(int, scales)), max(map(int, scales))
    sizes = scales[str(large)]["postgresql_bytes"]
    rating_bytes = sizes["catalog_rating"] / large / MILLION
    rater_bytes = sizes["catalog_rater"] / scales[str(large)]["people"]
    grown = {step: scales[str(large)]["spark"][step]["processor"] for step in ("extract", "als", "item_knn", "lists")}
    if small < large:
        grown = {step: value - scales[str(small)]["spark"][step]["processor"] for step, value in grown.items()}
    millions = large - small or large
    return {
        "redis_gb_per_run": round(lists["redis_bytes"] * PAPER_PEOPLE / GIGABYTE, 1),
        "redis_gb_kept": round(lists["redis_bytes"] * PAPER_PEOPLE * (KEPT_RUNS + 1) / GIGABYTE, 1),
        "publishing_minutes": round(PAPER_PEOPLE / lists["lists_per_second"] / 60, 1),
        "postgresql_mb_per_million": round(rating_bytes),
        "postgresql_gb": round((rating_bytes * PAPER_RATINGS + rater_bytes * PAPER_PEOPLE) / GIGABYTE),
        "histories_gb": round(PAPER_RATINGS * 16 / GIGABYTE, 1),
        "partitions": PAPER_RATINGS // MILLION,
        "processor_hours": {
            step: round(value / millions * PAPER_RATINGS / MILLION / 3_600, 1) for step, value in grown.items()
        },
    }


def show(result: dict[str, Any]) -> None:
    """Print the tables."""
    console = Console()
    steps = ("start", "extract", "als", "item_knn", "lists")
    table = Table("ratings", "engine", *steps, title="seconds, and of processor time")
    for scale, found in result["scales"].items():
        for engine in ENGINES:
            shown = (found[engine][step] for step in steps)
            figures = (f"{each['seconds']:.0f} ({each['processor']:.0f})" for each in shown)
            table.add_row(f"{scale} million", engine, *figures)
    console.print(table)
    console.print_json(json.dumps({"lists": result["lists"], "paper": result["paper"], "machine": result["machine"]}))


if __name__ == "__main__":
    main()
