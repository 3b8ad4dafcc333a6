"""Posters that TMDB has, for owners with a key there: fetched once by a worker, then served from a bounded folder.

Whatever goes wrong leaves the film with the poster that we draw ourselves.
"""

import json
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

log = logging.getLogger(__name__)

SECONDS = 5
LONGEST_FACTS = 200_000
LONGEST_POSTER = 500_000
CHUNK = 64 * 1024
MOST_POSTERS = 5_000
MOST_BYTES = 250_000_000
WIDTH = "w342"  # of the widths that TMDB has, the one that looks well as a card and on a film's page
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Tmdb:
    """Where posters come from.

    Attributes:
        key: the owner's, of either kind that TMDB gives: the short one or the long read access token.
        api: address of the API.
        images: address of the pictures.
    """

    key: str
    api: str = "https://api.themoviedb.org/3"
    images: str = "https://image.tmdb.org/t/p"


class NoPoster(Exception):
    """There is no poster to be had; the message says why, without the key."""


class _NoRedirects(HTTPRedirectHandler):
    """The key goes where the owner sends it and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        """Let a redirect be an error."""


_opener = build_opener(_NoRedirects)


def kept(folder: Path, tmdb_id: int) -> bytes | None:
    """Return the poster of a film, JPEG, if it has been fetched."""
    try:
        return _file(folder, tmdb_id).read_bytes()
    except OSError:
        return None


def fetch(tmdb: Tmdb, folder: Path, tmdb_id: int, *, clock: Callable[[], float] = monotonic) -> bool:
    """Bring the poster of a film into `folder`, whole or not at all; return whether it is there now."""
    try:
        poster = _poster(tmdb, tmdb_id, clock)
        _keep(poster, _file(folder, tmdb_id))
        _make_room(folder)
    except (OSError, HTTPException, ValueError, RecursionError, NoPoster) as problem:
        # The text of a problem may hold the address, and so the key.
        said = str(problem) if isinstance(problem, NoPoster) else type(problem).__name__
        log.info("No poster of TMDB's film %d: %s", tmdb_id, said)
        return False
    return True


def _poster(tmdb: Tmdb, tmdb_id: int, clock: Callable[[], float]) -> bytes:
    is_token = tmdb.key.count(".") == 2  # the long kind is a JSON web token
    query = "" if is_token else "?" + urlencode({"api_key": tmdb.key})
    headers = {"Authorization": f"Bearer {tmdb.key}"} if is_token else {}
    facts = json.loads(_read(f"{tmdb.api}/movie/{tmdb_id}{query}", headers, "application/json", LONGEST_FACTS, clock))
    path = facts.get("poster_path") if isinstance(facts, dict) else None
    # "/abc.jpg", and nothing that would lead elsewhere
    if not isinstance(path, str) or not path.startswith("/") or not path[1:].replace(".", "").isalnum():
        raise NoPoster("it has none")
    poster = _read(f"{tmdb.images}/{WIDTH}{path}", {}, "image/jpeg", LONGEST_POSTER, clock)
    if not poster.startswith(_JPEG):
        raise NoPoster("what came is no JPEG")
    return poster


def _read(url: str, headers: dict[str, str], kind: str, longest: int, clock: Callable[[], float]) -> bytes:
    """Return what is at an address, if it is of that kind, not too long, and there in time."""
    deadline = clock() + SECONDS
    request = Request(url, headers={"User-Agent": "Marquee", "Accept": kind, **headers})  # noqa: S310  # ours
    response: HTTPResponse
    with _opener.open(request, timeout=SECONDS) as response:
        if response.headers.get_content_type() != kind:
            raise NoPoster(f"what came is not {kind}")
        content = b""
        while chunk := response.read1(CHUNK):
            content += chunk
            if len(content) > longest:
                raise NoPoster("what came is too long")
            if clock() > deadline:
                raise NoPoster("it came too slowly")
        return content


def _file(folder: Path, tmdb_id: int) -> Path:
    return folder / f"{int(tmdb_id)}.jpg"


def _keep(poster: bytes, file: Path) -> None:
    """Write a poster under another name first, so that nobody ever reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        part.write(poster)
    Path(part.name).replace(file)


def _make_room(folder: Path) -> None:
    """Remove the posters that were fetched first until what is left is within bounds."""
    with os.scandir(folder) as entries:
        files = sorted(((each.stat().st_mtime, each.stat().st_size, each.path) for each in entries), reverse=True)
    taken = 0
    for place, (_, size, path) in enumerate(files, start=1):
        taken += size
        if place > MOST_POSTERS or taken > MOST_BYTES:
            Path(path).unlink(missing_ok=True)
