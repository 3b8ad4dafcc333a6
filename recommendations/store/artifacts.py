"""A run's files: written whole under another name, then renamed, so that nobody ever sees half of a run.

`<runs>/<number>/` holds `idmap/`, `films/` (genres), `stars/` and one folder per recommender, each in the format of
`data.arrays`. Recommenders that are parts of a hybrid are only in its own folder, in `hybrid/parts/`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recommendations.data import arrays as artifact
from recommendations.data.arrays import ArtifactError

__all__ = ["ArtifactError", "check", "folder_of", "names", "recommender_folder", "remove", "stamp", "writing"]

_UNFINISHED = ".unfinished"


def folder_of(runs: Path, run: int) -> Path:
    """Return the folder that holds the files of `run`."""
    return runs / str(run)


def recommender_folder(run_folder: Path, name: str) -> Path | None:
    """Return the folder that holds a recommender, alone or as a part of the hybrid; None when there is none."""
    places = (run_folder / name, run_folder / "hybrid" / "parts" / name)
    return next((place for place in places if place.is_dir()), None)


@contextmanager
def writing(runs: Path, run: int) -> Iterator[Path]:
    """Give a folder to write the files of `run` into; it takes its name only when the block ends well.

    What an earlier attempt at the same run left is replaced.
    """
    final, unfinished = folder_of(runs, run), runs / f"{run}{_UNFINISHED}"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        shutil.rmtree(final, ignore_errors=True)
        unfinished.rename(final)
        _sync(runs)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def stamp(runs: Path, run: int) -> str:
    """Return the SHA-256 of everything that the manifests of `run` say. Raises ArtifactError when there are none."""
    folder = folder_of(runs, run)
    if not folder.is_dir():
        raise ArtifactError(f"The files of run {run} are not there.")
    return artifact.stamp(folder)


def check(runs: Path, run: int, expected_stamp: str) -> None:
    """Read every byte of `run` and compare it with what was written. Raises ArtifactError."""
    if stamp(runs, run) != expected_stamp:
        raise ArtifactError(f"The files of run {run} are not the ones that were written.")
    for part in names(runs, run):
        artifact.verify(folder_of(runs, run) / part)


def names(runs: Path, run: int) -> list[str]:
    """Return the names of the parts that `run` consists of; a part of a hybrid is called `hybrid/parts/<name>`."""
    folder = folder_of(runs, run)
    return sorted(path.parent.relative_to(folder).as_posix() for path in folder.rglob(artifact.MANIFEST))


def remove(runs: Path, keep: Callable[[int], bool]) -> list[int]:
    """Remove the files of all runs that `keep` does not want, half-written ones too; return their numbers."""
    gone = set()
    for path in runs.glob("*"):
        number = path.name.removesuffix(_UNFINISHED)
        if number.isdigit() and not keep(int(number)):
            shutil.rmtree(path, ignore_errors=True)
            gone.add(int(number))
    return sorted(gone)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
