"""Lists in files, for the embedded set-up: one mapped file per run and recommender, and a file per fresh list."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from recommendations.data.interactions import Ids
from recommendations.store.toplists import Block, StoreUnavailable, TopList, TopListStore, pack, pack_one, unpack

Records = NDArray[np.uint8]

_IDS, _RECORDS, _FRESH, _UNFINISHED = "ids.npy", "records.bin", "fresh", ".unfinished-"


class FileTopLists(TopListStore):
    """`<folder>/<run>/<recommender>/`: `ids.npy` ascending, `records.bin` in the same order, `fresh/<rater>`.

    A published file never changes; it is mapped, so that all processes share it. A fresh list lies beside it and
    is looked at first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mapped: dict[tuple[int, str], tuple[tuple[int, int], Ids, Records]] = {}

    def publish(self, run: int, recommender: str, blocks: Iterable[Block]) -> int:
        """Write everything beside the old files, then rename. What a killed process has left goes first."""
        folder = self.folder / str(run)
        unfinished, final = folder / f"{_UNFINISHED}{recommender}", self._folder(run, recommender)
        shutil.rmtree(unfinished, ignore_errors=True)
        (unfinished / _FRESH).mkdir(parents=True)
        try:
            ids = _write_records(unfinished / _RECORDS, blocks)
            _write_ids(unfinished / _IDS, ids)
            shutil.rmtree(final, ignore_errors=True)
            unfinished.rename(final)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
            with contextlib.suppress(OSError):  # which says that there are other lists in it
                folder.rmdir()
        return len(ids)

    def get(self, run: int, recommender: str, rater: int) -> TopList | None:
        """Return the fresh list, else the published one."""
        with _available():
            try:
                return unpack((self._folder(run, recommender) / _FRESH / str(rater)).read_bytes())
            except FileNotFoundError:
                return self._published(run, recommender, rater)

    def put(self, run: int, recommender: str, rater: int, top_list: TopList) -> None:
        """Write the list under another name, then rename: a reader sees the old one or the new one."""
        fresh = self._folder(run, recommender) / _FRESH
        if not fresh.is_dir():
            return
        record = pack_one(top_list)
        with _available():
            _write_whole(fresh / str(rater), record)

    def runs(self) -> set[int]:
        """Return the runs that have a folder."""
        return {int(path.name) for path in self.folder.glob("*") if path.name.isdigit()}

    def drop(self, run: int) -> None:
        """Remove the run's folder."""
        shutil.rmtree(self.folder / str(run), ignore_errors=True)
        self._mapped = {key: mapped for key, mapped in self._mapped.items() if key[0] != run}

    def _folder(self, run: int, recommender: str) -> Path:
        return self.folder / str(run) / recommender

    def _published(self, run: int, recommender: str, rater: int) -> TopList | None:
        mapped = self._map(run, recommender)
        if mapped is None:
            return None
        ids, records = mapped
        place = int(np.searchsorted(ids, rater))
        if place == len(ids) or ids[place] != rater:
            return None
        return unpack(bytes(records[place]))

    def _map(self, run: int, recommender: str) -> tuple[Ids, Records] | None:
        """Return ids and records of a published file, mapped once for as long as it is the same file."""
        folder = self._folder(run, recommender)
        try:
            status = (folder / _IDS).stat()
        except FileNotFoundError:
            return None
        version = (status.st_ino, status.st_mtime_ns)
        known = self._mapped.get((run, recommender))
        if known is None or known[0] != version:
            ids: Ids = np.load(folder / _IDS, allow_pickle=False)
            if not len(ids):
                return None
            records: Records = np.memmap(folder / _RECORDS, np.uint8, "r").reshape(len(ids), -1)
            known = (version, ids, records)
            # A night's work drops old runs, in another process: what is mapped of them takes room on the disk.
            there = {key: mapped for key, mapped in self._mapped.items() if self._folder(*key).is_dir()}
            self._mapped = there | {(run, recommender): known}
        return known[1], known[2]


@contextlib.contextmanager
def _available() -> Iterator[None]:
    """Turn whatever goes wrong between us and the files into StoreUnavailable."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise StoreUnavailable(f"The files of lists do not do their part: {error}") from error


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, then rename; what does not come to that leaves nothing behind."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _write_records(path: Path, blocks: Iterable[Block]) -> Ids:
    """Write all records one after the other and return the raters in their order."""
    raters = [np.empty(0, np.int64)]
    with path.open("wb") as file:
        for block in blocks:
            file.write(pack(block).data)
            raters.append(block.raters)
        _to_disk(file)
    return np.concatenate(raters)


def _write_ids(path: Path, ids: Ids) -> None:
    with path.open("wb") as file:
        np.save(file, ids, allow_pickle=False)
        _to_disk(file)


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
