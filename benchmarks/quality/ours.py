"""Our models, on the same folds: `python -m benchmarks.quality.ours MODEL DATA FOLDER`.

Writes what peers.py writes, from the same training parts. Nothing of a fold's test part is looked at, except which
pairs of people and films are asked for.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.quality.folds import kept, splits
from recommendations.algorithms import registry
from recommendations.data import SideInformation
from recommendations.data.interactions import entries
from recommendations.evaluation.split import Split
from recommendations.rating import StarPredictor

K = 10
STARS = "stars"


def main() -> None:
    """Run one model on every fold of a folder."""
    name, data, folder = sys.argv[1], kept(Path(sys.argv[2])), Path(sys.argv[3])
    for file, split in splits(data, folder):
        started = time.perf_counter()
        side = split.side(data.side)
        targets = entries(data.interactions, ~split.kept)
        answer = predicted(split, side, targets) if name == STARS else listed(name, split, side, targets)
        seconds = time.perf_counter() - started
        np.savez(folder / f"{name}-{file.name}", seconds=seconds, memory=_peak_memory(), **answer)


def predicted(split: Split, side: SideInformation, targets: sparse.csr_matrix) -> dict[str, Any]:
    """Return predicted stars of the test ratings, unrounded; whoever has no training rating has an empty history."""
    return {"stars": StarPredictor().fit(split.training, side).predict_at(split.training, targets).mean}


def listed(name: str, split: Split, side: SideInformation, targets: sparse.csr_matrix) -> dict[str, Any]:
    """Return ten films for each person with a test rating. The protocol tells models who rated what, and no more."""
    chosen = split.training.astype(bool).astype(np.float32)
    model = registry.create(name).fit(chosen, side)
    people = np.flatnonzero(np.diff(targets.indptr))
    return {"people": people, "lists": model.recommend(chosen[people], K)[0]}


def _peak_memory() -> float:
    """Return the most that this process ever held, in MB; getrusage would count the process that started it too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    return next(float(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1024


if __name__ == "__main__":
    main()
