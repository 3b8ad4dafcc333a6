"""A folder of files that is whole, or known not to be: drafts are moved in at the end, and a label is written last."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

LABEL = "generated.json"
DRAFT = ".draft"


class FolderRefused(ValueError):
    """A folder that must not be written to; the message is for the person who named it."""


@contextmanager
def whole_folder(folder: Path, label: dict[str, Any]) -> Iterator[Path]:
    """Give a draft folder to write files to, which are moved to `folder` together when the block ends well.

    Then `folder` gets the `label`, with the size of each file. Whoever comes second waits for the first. After an
    error `folder` is as it was; after a kill, the next call puts it right. Raises FolderRefused, see `refuse_foreign`.
    """
    refuse_foreign(folder)
    is_new = not (folder / LABEL).exists()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / DRAFT
    with _alone_in(folder):
        try:
            if is_new:
                _write_label(folder, {})  # from now on a later call knows the folder for its own
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            yield draft
            _move_in(draft, folder, label)
            is_new = False
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if is_new:
                (folder / LABEL).unlink(missing_ok=True)
                with suppress(OSError):  # it was not empty, or is not ours to remove
                    folder.rmdir()


def is_whole(folder: Path, label: dict[str, Any]) -> bool:
    """Whether `folder` carries that `label`, and has each of its files in full length."""
    try:
        found = json.loads((folder / LABEL).read_text(encoding="utf-8"))
        sizes = found.pop("files")
        return bool(found == label) and all((folder / name).stat().st_size == sizes[name] for name in sizes)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def refuse_foreign(folder: Path) -> None:
    """Raise FolderRefused if `folder` is not a folder, or holds files and was not written here."""
    if folder.exists() and not folder.is_dir():
        raise FolderRefused(f"{folder} is a file; name a folder.")
    if folder.is_dir() and not (folder / LABEL).is_file() and any(folder.iterdir()):
        raise FolderRefused(f"{folder} holds other files; name a new folder or an empty one.")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _move_in(draft: Path, folder: Path, label: dict[str, Any]) -> None:
    _write_label(folder, {})
    sizes = {}
    for path in sorted(draft.iterdir()):
        sizes[path.name] = path.stat().st_size
        path.replace(folder / path.name)
    _write_label(folder, {**label, "files": sizes})


def _write_label(folder: Path, label: dict[str, Any]) -> None:
    (folder / LABEL).write_text(json.dumps(label, indent=2) + "\n", encoding="utf-8")
