"""Keeps the index that searches are answered from: made when the films change, found stale by one row, and shared.

An index lies in VAR_DIR/search under the stamp of the films it was made from. When few films have changed they are
read at once; when many have, the first process that notices makes a new index beside the requests, and until it is
there the one before answers, or the database where there is none.
"""

import fcntl
import logging
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

from catalog.models import Catalogue, Movie
from catalog.search import index
from catalog.search.index import TitleIndex
from catalog.selectors import catalogue_stamp

# So many films are indexed in a quarter of a second: nobody minds, and everybody finds what they have just changed.
FEW_FILMS = 10_000

logger = logging.getLogger(__name__)


class _Kept:
    """The index of this process, and the stamp of the films it was made from: one value, for threads' sake."""

    value: tuple[int | None, TitleIndex | None] = (None, None)


def title_index() -> TitleIndex | None:
    """Return an index of the films as they are, or of a moment ago; None while the first one is being made."""
    stamp = _stamp()
    if stamp != _Kept.value[0] and not _take(stamp):
        if _are_few():
            make_index()
        else:
            _in_background(_make_unless_somebody_does)
            _take_the_one_before()
    return _Kept.value[1]


def make_index() -> None:
    """Make the index of the films as they are, for this process and, where it can be kept, for all others."""
    stamp = _stamp()
    films = Movie.objects.best_known().values_list("pk", "search_text", "year")
    arrays = index.build(films.iterator(chunk_size=10_000))
    try:
        index.write(_folder(stamp), arrays)
        _remove_others(_folder(stamp))
    except OSError:
        logger.exception("The index of titles could not be kept")
    if not _take(stamp):
        _Kept.value = (stamp, TitleIndex(arrays))


def make_index_anew() -> None:
    """Make the index again though no film has changed, so that it knows which ones are known best by now."""
    Catalogue.changed()
    make_index()


def _stamp() -> int:
    return catalogue_stamp() or 0


def _folder(stamp: int) -> Path:
    return Path(settings.VAR_DIR, "search", f"{index.FORMAT}-{stamp:x}")


def _take(stamp: int) -> bool:
    """Let this process read the index that was made under a stamp; return whether there is one."""
    arrays = index.read(_folder(stamp))
    if arrays is not None:
        _Kept.value = (stamp, TitleIndex(arrays))
    return arrays is not None


def _take_the_one_before() -> None:
    """Let a process that has no index read the newest one there is, though the films have changed since."""
    if _Kept.value[1] is None:
        folders = sorted(_folder(0).parent.glob(f"{index.FORMAT}-*"), key=lambda folder: folder.stat().st_mtime)
        arrays = index.read(folders[-1]) if folders else None
        _Kept.value = (None, TitleIndex(arrays) if arrays is not None else None)


def _are_few() -> bool:
    return len(Movie.objects.order_by().values_list("pk")[: FEW_FILMS + 1]) <= FEW_FILMS


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="title index", daemon=True).start()


def _make_unless_somebody_does() -> None:
    """Make the index unless another thread or process of this machine is at it, or has just done it."""
    lock = _folder(0).parent / "lock"
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _take(_stamp()):
                make_index()
    except Exception:
        logger.exception("The index of titles could not be made")
    finally:
        connection.close()


def _remove_others(folder: Path) -> None:
    """Remove older indexes; whoever has mapped one goes on reading it."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder and not other.name.startswith("unfinished-"):
            shutil.rmtree(other, ignore_errors=True)
