"""`make bench`: import, models, lists and the whole night path beside their peers, at one scale or more.

Ratings are invented once and kept in var/bench; the site is made anew and removed. What is compared is measured here
and now, one after the other, so that the ratios hold on this machine whatever it is.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.speed import models, night
from benchmarks.speed.data import SCALES, generated, matrix
from benchmarks.speed.processes import ROOT
from benchmarks.speed.report import Row, report
from benchmarks.venv import peers_python

PARTS = ("import", "models", "night")


def main() -> None:
    """Measure what the command line asks for."""
    given = _arguments()
    for scale in given.scales or ["1m"]:
        rows, steps = measured(scale, given.only or PARTS, given.data)
        report(scale, rows, steps, peers_python())


def measured(scale: str, parts: list[str] | tuple[str, ...], data: Path) -> tuple[list[Row], list[Row]]:
    """Return the rows of a scale, and the steps of its night path if that is among `parts`."""
    files = generated(scale, data)
    rows: list[Row] = []
    steps: list[Row] = []
    if "models" in parts:
        rows += models.measure(matrix(files), peers_python())
    with tempfile.TemporaryDirectory(dir=data) as folder:
        if "import" in parts or "night" in parts:
            found, step = night.imported(files, Path(folder))
            rows.append(found)
        if "import" in parts:
            rows += night.imported_into_postgresql(files, Path(folder))
        if "night" in parts:
            lists, steps = night.trained(matrix(files), Path(folder))
            rows += lists
            steps = [step, *steps]
    return rows, steps


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scales", nargs="*", choices=SCALES, help="1m unless named")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be given several times")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench", help="where invented ratings are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
