"""The figures of the request path as a table and as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

Row = dict[str, Any]

RESULTS = Path(__file__).resolve().parents[1] / "results"


def report(name: str, facts: dict[str, Any], rows: Sequence[Row]) -> None:
    """Print the table and keep it as `results/serve-<name>.json`."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"serve-{name}.json"
    path.write_text(json.dumps({**facts, "rows": rows}, indent=1) + "\n")
    data = facts["data"]
    title = f"{name}: {data['people']:,} people, {data['films']:,} films, {data['ratings']:,} ratings"
    table = Table("", "ours", "p50", "p95", "p99", "processor", "beside", "kept", title=title)
    for row in rows:
        cuts = [f"{row[cut]:.1f}" if cut in row else "" for cut in ("p50", "p95", "p99")]
        worked = f"{row['processor_ms']:.2f} ms" if "processor_ms" in row else ""
        table.add_row(row["name"], f"{row['ours']:,.1f} {row['unit']}", *cuts, worked, _beside(row), _kept(row))
    console = Console(width=max(Console().width, 150))
    console.print(table)
    console.print(f"{facts['machine']}; {facts['set_up']}\nKept in {path}.", soft_wrap=True)


def _beside(row: Row) -> str:
    if "peer" in row:
        worked = f", {row['peer_processor_ms']:.2f} ms" if "peer_processor_ms" in row else ""
        return f"{row['ratio']:.2f} × {row['peer']:,.0f} of the {row['peer_name']}{worked}"
    return f"at most {row['limit']}" if row.get("limit") else ""


def _kept(row: Row) -> str:
    """Return whether a limit is kept, as a word; nothing where there is none."""
    if row.get("at_least"):
        return "yes" if row["ratio"] >= row["at_least"] else f"no, {row['at_least']} is wanted"
    if row.get("limit"):
        return "yes" if row["ours"] <= row["limit"] else "no"
    return ""
