"""MovieLens' releases: what they are called, who numbered their films, and which one a zip or folder holds."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from catalog.archive import Source
from catalog.importer.parse import CSV, ML_1M, ML_10M, ML_100K, File, Layout
from catalog.refusal import ImportRefused
from catalog.sample import LABEL

ADDRESS = "https://files.grouplens.org/datasets/movielens"
SAMPLE = "sample"
LONGEST_RELEASE_NAME = 60

# The MD5 of each archive that GroupLens will not change any more. Those of the others are published beside them.
MD5_OF_RELEASES: dict[str, str | None] = {
    "ml-100k": "0e33842e24a9c977be4e0107933c0723",
    "ml-1m": "c4d9eecfca2ab87c1945afe126590906",
    "ml-10m": "ce571fd55effeba0271552578f2648bd",
    "ml-20m": "cd245b17a1ae2cc31bb14903e1204af3",
    "ml-25m": "6b51fb2759a8657d3bfcbfc42b592ada",
    "ml-32m": None,
    "ml-latest-small": None,
    "ml-latest": None,
}
_OTHER_NAMES = {"ml-10m100k": "ml-10m"}


class NotADataset(ImportRefused):
    """A zip or folder without the files of any release."""


@dataclass(frozen=True)
class Dataset:
    """The files of one release in a source, known by its contents."""

    release: str
    layout: Layout
    source: Source
    folder: str

    @property
    def numbering(self) -> str:
        """Who numbered its films: "sample", "ml-100k", or "movielens" for all other releases, which share numbers.

        What the generator wrote is numbered like the sample, so that nobody takes invented ratings for real ones.
        """
        if self.release == SAMPLE or self._is_generated:
            return SAMPLE
        return "ml-100k" if self.layout is ML_100K else "movielens"

    @property
    def _is_generated(self) -> bool:
        return (f"{self.folder}/{LABEL}" if self.folder else LABEL) in self.source.sizes()

    def has(self, file: File | None) -> bool:
        """Return whether the release has that file."""
        return file is not None and self._path(file) in self.source.sizes()

    def size(self, file: File) -> int:
        """Return how many bytes a file has when unpacked."""
        return self.source.sizes()[self._path(file)]

    def open(self, file: File) -> BinaryIO:
        """Open a file that the release has."""
        return self.source.open(self._path(file))

    def _path(self, file: File) -> str:
        return f"{self.folder}/{file.name}" if self.folder else file.name


def detect(source: Source) -> Dataset:
    """Find out which release a source holds, or raise NotADataset.

    It is named by the folder its files are in, else by the archive.
    """
    folders: dict[str, set[str]] = {}
    for path in map(PurePosixPath, source.sizes()):
        if path.parts[0] != "__MACOSX":
            folders.setdefault(str(path.parent).removeprefix("."), set()).add(path.name)
    found = [(folder, layout) for folder, names in folders.items() if (layout := _layout(names)) is not None]
    if len(found) > 1:
        raise NotADataset(f"{source.name} holds more than one release: {', '.join(sorted(f for f, _ in found))}.")
    if not found:
        raise NotADataset(_what_is_missing(source.name, set().union(*folders.values())))
    folder, layout = found[0]
    name = (PurePosixPath(folder).name or source.name)[:LONGEST_RELEASE_NAME]
    return Dataset(_OTHER_NAMES.get(name.casefold(), name), layout, source, folder)


def _layout(names: set[str]) -> Layout | None:
    """Return the layout whose ratings and films are among the files of a folder."""
    for layout in (CSV, ML_100K, ML_1M):
        if {layout.ratings.name, layout.films.name} <= names:
            is_10m = layout is ML_1M and "users.dat" not in names
            return ML_10M if is_10m else layout
    return None


def _what_is_missing(source: str, names: set[str]) -> str:
    for layout in (CSV, ML_100K, ML_1M):
        ratings, films = layout.ratings.name, layout.films.name
        if ratings in names or films in names:
            return f"{source} has no {films if ratings in names else ratings}."
    return f"{source} holds no MovieLens release: neither movies.csv and ratings.csv nor the older files."
