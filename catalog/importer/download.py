"""Brings a release's archive from GroupLens, once: resumed when it was cut off, checked before use."""

import hashlib
import os
import re
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import cast
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from catalog.importer.datasets import ADDRESS, MD5_OF_RELEASES
from catalog.refusal import ImportRefused

TIMEOUT = 30
ATTEMPTS = 5
CHUNK = 1024**2
_LONGEST_MD5_FILE = 1_000
_PARTIAL_CONTENT, _RANGE_NOT_SATISFIABLE = 206, 416


class DownloadFailed(ImportRefused):
    """An archive that could not be brought here whole."""


def download(release: str, folder: Path, progress: Callable[[int, int], None], *, address: str = ADDRESS) -> Path:
    """Return the path of a release's archive in `folder`, downloaded unless it is there and whole.

    The part of a download that was cut off stays in `folder`, and the next try goes on from there.

    Raises:
        DownloadFailed: with the reason; an archive with the wrong MD5 is removed.
    """
    archive, part = folder / f"{release}.zip", folder / f"{release}.zip.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        md5 = MD5_OF_RELEASES[release] or _published_md5(release, folder, address)
        if not archive.exists() or _md5(archive) != md5:
            _fetch(f"{address}/{archive.name}", part, progress)
            _check(part, md5)
            part.replace(archive)
    except HTTPError as error:
        raise DownloadFailed(f"{address} answered {error.code} when asked for {release}.") from error
    except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
        raise DownloadFailed(f"{release} could not be downloaded from {address}: try again, it will go on.") from error
    except OSError as error:
        raise DownloadFailed(f"{release} could not be kept in {folder}: {error.strerror}.") from error
    return archive


def _published_md5(release: str, folder: Path, address: str) -> str:
    """Return the MD5 that GroupLens publishes, kept beside the archive so that the next import needs no network."""
    kept = folder / f"{release}.zip.md5"
    if not (kept.exists() and (folder / f"{release}.zip").exists()):
        with _open(f"{address}/{kept.name}", {}) as response:
            kept.write_bytes(response.read(_LONGEST_MD5_FILE))
    found = re.search(r"\b[0-9a-f]{32}\b", kept.read_text("ascii", "replace").lower())
    if found is None:
        kept.unlink()
        raise DownloadFailed(f"{address}/{kept.name} holds no MD5.")
    return found[0]


def _fetch(url: str, part: Path, progress: Callable[[int, int], None]) -> None:
    """Bring the rest of a file; a connection that breaks is taken up again as long as something comes."""
    for attempt in range(ATTEMPTS):
        before = part.stat().st_size if part.exists() else 0
        try:
            return _fetch_once(url, part, progress)
        except (HTTPException, TimeoutError, ConnectionError):
            after = part.stat().st_size if part.exists() else 0
            if attempt == ATTEMPTS - 1 or after == before:
                raise
    return None


def _fetch_once(url: str, part: Path, progress: Callable[[int, int], None]) -> None:
    done = part.stat().st_size if part.exists() else 0
    try:
        response = _open(url, {"Range": f"bytes={done}-"} if done else {})
    except HTTPError as error:
        if error.code != _RANGE_NOT_SATISFIABLE:
            raise
        return  # there is no more of it: the checksum says whether it is whole
    with response:
        goes_on = response.status == _PARTIAL_CONTENT
        done = done if goes_on else 0
        total = done + int(response.headers.get("Content-Length") or 0)
        with part.open("ab" if goes_on else "wb") as file:
            while chunk := response.read(CHUNK):
                file.write(chunk)
                done += len(chunk)
                progress(done, max(done, total))
            file.flush()
            os.fsync(file.fileno())
    if done < total:
        raise ConnectionError


def _check(part: Path, md5: str) -> None:
    if _md5(part) != md5:
        part.unlink()
        raise DownloadFailed(f"{part.stem} arrived damaged (its MD5 is wrong) and was removed: try again.")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _open(url: str, headers: dict[str, str]) -> HTTPResponse:
    request = Request(url, headers={"User-Agent": "Marquee", **headers})  # noqa: S310  # the address is ours
    return cast("HTTPResponse", urlopen(request, timeout=TIMEOUT))  # noqa: S310
