"""The titles of all films in arrays that are mapped into memory, where every process of a machine shares them."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from catalog.search import exact, forgiving
from catalog.search.exact import Array, Arrays, Exact, Places
from catalog.search.forgiving import Forgiving
from catalog.search.query import Query

# Whoever gets more films than these for some words has not said which one is meant.
MOST_FOUND = 1_000
ENOUGH = 24
# Raise it when arrays change: what another version of the code wrote is made anew.
FORMAT = 1
EMPTY = 128  # bytes that numpy writes before the first number


@dataclass(frozen=True, slots=True)
class Found:
    """The keys of films, best match first: those that have every word, and those that only come close."""

    exact: list[int]
    close: list[int]

    @property
    def films(self) -> list[int]:
        """All of them."""
        return self.exact + self.close


class TitleIndex:
    """Answers searches from the arrays that `build` made."""

    def __init__(self, arrays: Arrays) -> None:
        self._movies = arrays["movies"]
        self._exact = Exact(arrays, arrays["years"])
        self._forgiving = Forgiving(arrays)

    def find(self, query: Query) -> Found:
        """Return the films that match; where they fill no page, the ones that come close fill it up."""
        found = self._exact.find(query)
        close = self._forgiving.find(query, ENOUGH + len(found)) if len(found) < ENOUGH else np.empty(0, np.int64)
        close = close[~np.isin(close, found)][: ENOUGH - len(found)]
        return Found(self._keys(found[:MOST_FOUND]), self._keys(close))

    def _keys(self, films: Places) -> list[int]:
        keys: list[int] = self._movies[films].tolist()
        return keys


def build(films: Iterable[tuple[int, str, int | None]]) -> Arrays:
    """Return the arrays of an index over films, best known first, as (key, forms of the title, year)."""
    rows = list(films)
    texts = [text for _, text, _ in rows]
    return {
        "movies": np.array([key for key, _, _ in rows], np.int64),
        "years": np.array([year or 0 for _, _, year in rows], np.int16),
        **exact.build(texts),
        **forgiving.build(texts),
    }


def write(folder: Path, arrays: Arrays) -> None:
    """Write arrays into `folder` as a whole: nobody sees a part of them. What is there already gives way."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(mkdtemp(prefix="unfinished-", dir=folder.parent))
    try:
        for name, array in arrays.items():
            np.save(unfinished / f"{name}.npy", array, allow_pickle=False)
        unfinished.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def read(folder: Path) -> Arrays | None:
    """Map the arrays in `folder`; None when it is not there, is not whole, or is being removed."""
    try:
        return {path.stem: _mapped(path) for path in folder.iterdir()} or None
    except (OSError, ValueError, EOFError):
        return None


def _mapped(path: Path) -> Array:
    # An empty file cannot be mapped; and what is cut out of a plain array is cut out faster than of a np.memmap.
    is_empty = path.stat().st_size <= EMPTY
    array: Array = np.load(path, mmap_mode=None if is_empty else "r", allow_pickle=False)
    return np.asarray(array)
