"""Opens what the person points at, a zip or a folder, and hands out its files as streams. Nothing is ever unpacked.

An archive comes from anywhere. It is refused as a whole when it could fill the disk or the memory, or when it says
something that an honest one never says.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from catalog.refusal import ImportRefused

# The largest release, ml-latest with its genome, unpacks to about 2 GB in fewer than 20 files, none 20 times smaller.
MOST_BYTES = 20 * 1024**3
MOST_ENTRIES = 1_000
HIGHEST_RATIO = 100
LONGEST_CONTENTS = 1024**2

_ARCHIVES = {".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar"}
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED = 0x1
_LOCAL_HEADER_SIZE = 30
_CONTENTS_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65_535
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error, OSError)


class ArchiveRefused(ImportRefused):
    """An archive or folder that is damaged, or that no honest person would make."""


class Source(Protocol):
    """Files by their path inside an archive or folder."""

    name: str

    def sizes(self) -> dict[str, int]:
        """Return {path with forward slashes: bytes when unpacked}."""

    def open(self, path: str) -> BinaryIO:
        """Return a stream of one file's bytes; reading it raises ArchiveRefused where the archive is damaged."""


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a zip or a folder, or raise ArchiveRefused."""
    if path.is_dir():
        yield FolderSource(path)
        return
    if not path.is_file():
        raise ArchiveRefused(f"There is no file or folder {path}.")
    with path.open("rb") as file:
        yield ZipSource(path, file)


class FolderSource:
    """A folder with unpacked files. A link that leads out of it is refused when it is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.name = self.folder.name

    def sizes(self) -> dict[str, int]:
        """Return the files in the folder itself."""
        return {file.name: file.stat().st_size for file in self.folder.iterdir() if file.is_file()}

    def open(self, path: str) -> BinaryIO:
        """Open one file."""
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder):
            raise ArchiveRefused(f"{path} is a link that leads out of {self.folder}: put the file itself there.")
        return file.open("rb")


class ZipSource:
    """A zip file whose table of contents has been found harmless."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.name = path.stem
        try:
            _check_contents_size(file)
            self._archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise ArchiveRefused(f"{path.name} is not a zip file, or it is damaged or cut short.") from error
        entries = self._archive.infolist()
        _check_entries(entries, self._archive.start_dir)
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}

    def sizes(self) -> dict[str, int]:
        """Return the entries that are files."""
        return {name: entry.file_size for name, entry in self._entries.items()}

    def open(self, path: str) -> BinaryIO:
        """Open one entry; it is unpacked while it is read."""
        return io.BufferedReader(_Entry(self._archive, self._entries[path]))


class _Entry(io.RawIOBase):
    """One entry's bytes while they are unpacked: as many as declared, with the right checksum, or ArchiveRefused."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._name, self._left = entry.filename, entry.file_size
        with self._refusing_damage():
            self._stream = archive.open(entry)

    def readable(self) -> bool:
        """Say that it can be read: the standard library asks."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader passes
        """Unpack the next bytes into `buffer`; return how many."""
        with self._refusing_damage():
            data = self._stream.read(len(buffer))
        self._left -= len(data)
        if not data and self._left > 0:
            raise ArchiveRefused(f"{self._name} is shorter than the archive says: the archive is damaged.")
        buffer[: len(data)] = data
        return len(data)

    @contextmanager
    def _refusing_damage(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            raise ArchiveRefused(f"{self._name} cannot be unpacked: the archive is damaged.") from error


def _check_contents_size(file: BinaryIO) -> None:
    """Refuse a table of contents that would take long to read, before anything reads it."""
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - _LONGEST_COMMENT - _CONTENTS_END.size))
    tail = file.read()
    found = _CONTENTS_END.unpack_from(tail, max(0, tail.rfind(b"PK\5\6")))
    if found[0] != b"PK\5\6":
        raise zipfile.BadZipFile
    if found[4] > MOST_ENTRIES or found[5] > LONGEST_CONTENTS:
        raise ArchiveRefused(f"The archive has more than {MOST_ENTRIES:,} entries, which no archive of ratings has.")


def _check_entries(entries: list[zipfile.ZipInfo], contents_start: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise ArchiveRefused(f"The archive has more than {MOST_ENTRIES:,} entries, which no archive of ratings has.")
    for entry in entries:
        if (reason := _suspicion(entry)) is not None:
            raise ArchiveRefused(f"The archive is refused: its entry {entry.filename!r} {reason}.")
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ArchiveRefused(f"The archive would unpack to more than {MOST_BYTES // 1024**3} GB.")
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise ArchiveRefused("The archive is refused: two of its entries have the same name.")
    _check_overlaps(entries, contents_start)


def _suspicion(entry: zipfile.ZipInfo) -> str | None:
    """Return what is wrong with an entry, or None."""
    name, kind = entry.filename, stat.S_IFMT(entry.external_attr >> 16)
    checks = {
        "leads out of the archive": _leads_out(name),
        "is a link or a device": kind not in {0, stat.S_IFREG, stat.S_IFDIR},
        "is encrypted": bool(entry.flag_bits & _ENCRYPTED),
        "is itself an archive": PurePosixPath(name.casefold()).suffix in _ARCHIVES,
        "is packed in an unusual way": entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED},
        "unpacks to more than it could hold": entry.file_size > 1024**2 + HIGHEST_RATIO * entry.compress_size,
    }
    return next((reason for reason, applies in checks.items() if applies), None)


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or _DRIVE.match(name) is not None or ".." in name.split("/")


def _check_overlaps(entries: list[zipfile.ZipInfo], contents_start: int) -> None:
    """Refuse entries that share bytes: a few of them can unpack to any size."""
    spans = sorted(
        (entry.header_offset, entry.header_offset + _LOCAL_HEADER_SIZE + len(entry.filename) + entry.compress_size)
        for entry in entries
    )
    if any(end > start for (_, end), (start, _) in pairwise([*spans, (contents_start, contents_start)])):
        raise ArchiveRefused("The archive is refused: its entries overlap.")
