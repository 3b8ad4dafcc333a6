"""Files into a database and ratings into published lists, as the commands do it, in a site of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.speed.processes import ROOT, Cost, own_environment, run
from benchmarks.speed.report import Row, row
from benchmarks.venv import peers_python
from tests import servers

GIGABYTE = 1024**3
MOST_SECONDS, MOST_GIGABYTES = 600, 6
FILMS = 100
_MANAGE = [sys.executable, str(ROOT / "manage.py")]
_STEPS = """
import json
from recommendations.models import TrainingRun
steps = [{"name": s.name, "seconds": s.seconds, "memory": s.peak_memory, "fits": s.detail.get("seconds", {})}
         for s in TrainingRun.objects.first().steps.all()]
print("steps " + json.dumps(steps))
"""


def imported(files: Path, folder: Path) -> tuple[Row, Row]:
    """Import into SQLite in `folder`, which then is a site; return that beside the bare load, and as a step."""
    bare = folder / "bare.sqlite3"
    found, cost = _imported("import-sqlite", files, own_environment(folder), str(bare))
    bare.unlink()
    return found, {"name": "import", "seconds": cost.seconds, "memory": cost.memory, "fits": {}}


def imported_into_postgresql(files: Path, folder: Path) -> list[Row]:
    """Import into a PostgreSQL of our own, and measure that beside the bare load."""
    if servers.find("postgres") is None:
        print(f"import-postgresql is left out: {servers.missing('postgres')}.")
        return []
    with servers.postgresql() as url:
        bare = url.replace("postgres://", "postgresql://")
        return [_imported("import-postgresql", files, own_environment(folder, DATABASE_URL=url), bare)[0]]


def trained(matrix: Path, folder: Path) -> tuple[list[Row], list[Row]]:
    """Train in the site in `folder`; return the rows of the night path, and what each of its steps took."""
    environment = own_environment(folder)
    cost = run("night path", [*_MANAGE, "train"], environment)
    steps = _steps(environment)
    lists = next(step["seconds"] for step in steps if step["name"] == "publish")
    limit = "limit at 25m"
    return [
        row("top100", lists, _peer_lists(matrix), "implicit ALS"),
        row("night-path", cost.seconds, MOST_SECONDS, limit),
        row("night-path-memory", cost.memory / GIGABYTE, MOST_GIGABYTES, limit, unit="GB"),
    ], steps


def _imported(name: str, files: Path, environment: dict[str, str], bare: str) -> tuple[Row, Cost]:
    run(f"{name}, tables", [*_MANAGE, "migrate", "-v0"], environment)
    ours = run(f"{name}, Marquee", [*_MANAGE, "import_movielens", str(files)], environment)
    load = [sys.executable, "-m", "benchmarks.speed.bare", str(files / "ratings.csv"), bare]
    return row(name, ours.seconds, run(f"{name}, bare load", load, environment).seconds, "bare load"), ours


def _steps(environment: dict[str, str]) -> list[Row]:
    """Return name, seconds, memory and, of fits, the seconds of each recommender, for the steps of the run."""
    said = subprocess.run(
        [*_MANAGE, "shell", "-v0", "-c", _STEPS], env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    steps: list[dict[str, Any]] = json.loads(said.stdout.decode().rpartition("steps ")[2])
    return steps


def _peer_lists(matrix: Path) -> float:
    """Return how long implicit takes for everybody's lists."""
    command = [str(peers_python()), str(Path(__file__).with_name("lists.py")), str(matrix), str(FILMS)]
    # As implicit asks for: its own threads are enough.
    environment = own_environment(matrix.parent / "site", OPENBLAS_NUM_THREADS="1", PYTHONWARNINGS="ignore")
    said = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    print(f"top100, implicit ALS: {float(said.stdout):.1f} s", flush=True)
    return float(said.stdout)
