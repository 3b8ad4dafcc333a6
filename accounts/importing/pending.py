"""Files that have been read and wait for their owner's word: one compressed JSON file each, for a day at most.

The name of such a file has its owner and a random token, so that nobody opens another's. Neither one person nor all
of them together fill the disk: the oldest files go first, but none that its owner may be looking at.
"""

import json
import zlib
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from accounts.importing.parse import Brought, Kind, Row, Scale, Source
from accounts.importing.plan import Choices
from catalog.models import Rater

LIFETIME = timedelta(days=1)
MOST_OF_ONE_PERSON = 3
MOST_FILES = 300
LOOKED_AT = timedelta(hours=1)


class NoRoom(ValueError):
    """There are as many files as may wait; the message is for whoever brings another."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A file that has been read, and what its owner has said about it so far."""

    token: str
    file_name: str
    brought: Brought
    choices: Choices


class PendingFiles:
    """What waits in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, rater: Rater, pending: Pending, *, now: datetime) -> None:
        """Keep a file for its owner, or keep it with other choices; their oldest ones and what is too old go."""
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._folder, suffix=".tmp", delete=False) as file:
            file.write(zlib.compress(json.dumps(_written(pending)).encode(), 1))
        Path(file.name).replace(self._path(rater, pending.token))
        own = sorted(self._folder.glob(f"{rater.public_id}-*"), key=_age)
        for one_too_many in own[MOST_OF_ONE_PERSON:]:
            one_too_many.unlink(missing_ok=True)
        self.purge(now=now)

    def find(self, rater: Rater, token: str, *, now: datetime) -> Pending | None:
        """Return what was kept for `rater` under `token`, while it is there."""
        path = self._path(rater, token)
        try:
            if path.stat().st_mtime < (now - LIFETIME).timestamp():
                return None
            return _read(token, json.loads(zlib.decompress(path.read_bytes())))
        except (OSError, ValueError, zlib.error):
            return None

    def forget(self, rater: Rater, token: str) -> None:
        """Remove a file that is no longer needed."""
        self._path(rater, token).unlink(missing_ok=True)

    def hand_over(self, giver: Rater, to: Rater) -> None:
        """Let what waits for one person wait for another."""
        for file in self._folder.glob(f"{giver.public_id}-*"):
            with suppress(FileNotFoundError):
                file.rename(self._path(to, file.name.partition("-")[2]))

    def purge(self, *, now: datetime) -> None:
        """Remove the files that are past their day."""
        for file in self._files():
            if _age(file) > -(now - LIFETIME).timestamp():
                file.unlink(missing_ok=True)

    def make_room(self, *, now: datetime) -> None:
        """Remove the oldest of MOST_FILES, or raise NoRoom when that is younger than an hour."""
        for file in self._files()[MOST_FILES - 1 :]:
            if _age(file) < -(now - LOOKED_AT).timestamp():
                raise NoRoom("So many people are bringing ratings that there is no room. Please try again in an hour.")
            file.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        """Return all files, the newest first."""
        return sorted(self._folder.iterdir(), key=_age) if self._folder.is_dir() else []

    def _path(self, rater: Rater, token: str) -> Path:
        return self._folder / f"{rater.public_id}-{token}"


def _age(file: Path) -> float:
    """Return a number that is greater for older files; whatever is gone is the oldest."""
    with suppress(OSError):
        return -file.stat().st_mtime
    return 0.0


def _written(pending: Pending) -> dict[str, Any]:
    brought, choices = pending.brought, pending.choices
    return {
        "file_name": pending.file_name,
        "source": brought.source,
        "scale": brought.scale,
        "scale_is_guessed": brought.scale_is_guessed,
        "rows": [[*astuple(row)[:-1], row.at and row.at.timestamp()] for row in brought.rows],
        "choices": [choices.scale, choices.replaces, choices.fills_watchlist, list(choices.picks.items())],
    }


def _read(token: str, kept: dict[str, Any]) -> Pending:
    rows = [Row(*(Kind(kind), *facts, _moment(at))) for kind, *facts, at in kept["rows"]]
    brought = Brought(Source(kept["source"]), Scale(kept["scale"]), kept["scale_is_guessed"], rows)
    scale, replaces, fills_watchlist, picks = kept["choices"]
    return Pending(token, kept["file_name"], brought, Choices(Scale(scale), replaces, fills_watchlist, dict(picks)))


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
