"""A release as plain columns, for whoever wants to compute with it: read like any import, but into no database."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from catalog.archive import open_source
from catalog.importer.columns import Ratings, newest_places
from catalog.importer.datasets import detect
from catalog.importer.find import find_source
from catalog.importer.parse import Accepted
from catalog.importer.read import Reader, ReadRelease
from catalog.importer.rejects import RejectsFile
from catalog.importer.result import Options, Progress


class PlainRelease(NamedTuple):
    """A release's films, people, tags and ratings, each pair of person and film once.

    `read.selection.ratings` goes by places in `selection.people` and `selection.films`, sorted by person and film;
    `lines` says, for each, which of the file's good lines it was, from 0. `rejected` lines were left out.
    """

    name: str
    read: ReadRelease
    lines: npt.NDArray[np.int64]
    rejected: int


class _Remembering(Reader):
    """A reader that remembers in which order the ratings stood in their file."""

    lines: npt.NDArray[np.int64]

    def _ratings(self, accepted: Accepted) -> Ratings:
        ratings = super()._ratings(accepted)
        pairs = ratings.people.astype(np.int64) << 32 | ratings.films
        self.lines = newest_places(pairs, ratings.times)
        return ratings


def read_plain(source: str, *, datasets_dir: Path, now: datetime, progress: Progress) -> PlainRelease:
    """Read a zip, a folder, a release by its name or "sample", as `import_release` would, and return its columns.

    Raises:
        ImportRefused: with a sentence that says why.
    """
    with tempfile.TemporaryDirectory() as folder, open_source(find_source(source, datasets_dir, progress)) as opened:
        dataset = detect(opened)
        rejects = RejectsFile(Path(folder), dataset.release, now)
        reader = _Remembering(dataset, Options(), rejects, progress, int((now + timedelta(days=1)).timestamp()))
        try:
            read = reader.read()
        finally:
            rejects.close()
        return PlainRelease(dataset.release, read, reader.lines, rejects.count)
