"""Our models, on the same folds: `python -m benchmarks.quality.ours MODEL RELEASE FOLDER`.

Writes what peers.py writes, from the same training parts. Nothing of a fold's test part is looked at, except which
pairs of people and films are asked for.
"""

import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.quality.folds import release, splits
from recommendations.algorithms import registry
from recommendations.data import SideInformation
from recommendations.data.preferences import row_of_each
from recommendations.evaluation.dataset import only
from recommendations.evaluation.split import Split
from recommendations.rating import StarPredictor

K = 10
STARS = "stars"


def main() -> None:
    """Run one model on every fold of a folder."""
    name, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    data = release(source.parent, source.stem)
    for file, split in splits(data, folder):
        started = time.perf_counter()
        side = split.side(data.side)
        targets = only(data.interactions, ~split.kept)
        answer = predicted(split, side, targets) if name == STARS else listed(name, split, side, targets)
        seconds = time.perf_counter() - started
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        np.savez(folder / f"{name}-{file.name}", seconds=seconds, memory=memory, **answer)


def predicted(split: Split, side: SideInformation, targets: sparse.csr_matrix) -> dict[str, Any]:
    """Return predicted stars of the test ratings, row by row, unrounded.

    People without any training rating are predicted too, from an empty history.
    """
    model = StarPredictor().fit(split.training)
    block = model.predict(split.training, np.arange(targets.shape[1], dtype=np.int32)).mean
    return {"stars": block[row_of_each(targets), targets.indices]}


def listed(name: str, split: Split, side: SideInformation, targets: sparse.csr_matrix) -> dict[str, Any]:
    """Return ten films for each person with a test rating."""
    model = registry.create(name).fit(split.training, side)
    people = np.flatnonzero(np.diff(targets.indptr))
    return {"people": people, "lists": model.recommend(split.training[people], K)[0]}


if __name__ == "__main__":
    main()
