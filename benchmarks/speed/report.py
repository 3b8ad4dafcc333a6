"""What was measured, as a table, as JSON and as pictures."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.speed.data import SCALES, SEED
from benchmarks.speed.picture import bars, growth

Row = dict[str, Any]

RESULTS = Path(__file__).resolve().parents[1] / "results"
_OURS, _PEERS = ("numpy", "scipy", "numba", "django"), ("implicit", "scikit-learn", "numpy", "scipy")


def row(name: str, ours: float, peer: float, peer_name: str, unit: str = "seconds") -> Row:
    """Return one line of the results; a ratio below 1 is ours to the good."""
    return {"name": name, "ours": ours, "peer": peer, "peer_name": peer_name, "ratio": ours / peer, "unit": unit}


def report(scale: str, rows: Sequence[Row], steps: Sequence[Row], peers_python: Path) -> None:
    """Print the table, and keep the rows, the steps of the night path and both pictures.

    Rows that were not measured this time stay as they were.
    """
    RESULTS.mkdir(exist_ok=True)
    path, all_steps = RESULTS / f"speed-{scale}.json", RESULTS / "growth.json"
    found = _merged(_read(path, []), rows)
    _write(path, found)
    (RESULTS / f"speed-{scale}.svg").write_text(bars(scale, found))
    if steps:
        grown = _read(all_steps, {}) | {scale: list(steps)}
        _write(all_steps, {name: grown[name] for name in SCALES if name in grown})
    if kept := _read(all_steps, {}):
        (RESULTS / "growth.svg").write_text(growth({name: SCALES[name] for name in kept}, kept))
    console = Console(width=max(Console().width, 100))
    console.print(_table(scale, found, {each["name"] for each in rows}))
    console.print(_machine(peers_python), soft_wrap=True)
    console.print(f"Kept in {path}, speed-{scale}.svg and growth.svg.", soft_wrap=True)


def _table(scale: str, rows: Iterable[Row], measured: set[str]) -> Table:
    size = SCALES[scale]
    title = f"{scale}: {size.people:,} people, {size.films:,} films, {size.ratings:,} ratings"
    table = Table("", "ours", "peer", "ratio", "peer is", title=title)
    for each in rows:
        name = each["name"] if each["name"] in measured else f"{each['name']} (earlier)"
        shown = [f"{each[side]:,.2f} {each['unit']}" for side in ("ours", "peer")]
        table.add_row(name, *shown, f"{each['ratio']:.2f}", each["peer_name"])
    return table


def _machine(peers_python: Path) -> str:
    """Return what the figures hang on: processor, cores, memory, versions of ours and the peers', and the seed."""
    ours = ", ".join(f"{name} {version(name)}" for name in _OURS)
    code = f"from importlib.metadata import version; print(', '.join(f'{{n}} {{version(n)}}' for n in {_PEERS}))"
    peers = subprocess.run([str(peers_python), "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout
    memory = psutil.virtual_memory().total / 1024**3
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"Python {platform.python_version()}; {ours}; peers: {peers.strip()}; seed {SEED}; "
        f"load before {os.getloadavg()[2]:.1f}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _merged(earlier: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    return list({each["name"]: each for each in (*earlier, *rows)}.values())


def _read(path: Path, otherwise: Any) -> Any:
    return json.loads(path.read_text()) if path.exists() else otherwise


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")
