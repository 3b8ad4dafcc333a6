"""Where the lines that were not taken go: a CSV file that says why, and that no spreadsheet executes."""

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TextIO

from catalog.importer.parse import Reject
from catalog.spreadsheets import defused

_NOT_FOR_FILE_NAMES = re.compile(r"[^\w.-]+")


class RejectsFile:
    """A file in `folder` that is there from the first reject on; `first_of` has the first reject of each file read."""

    def __init__(self, folder: Path, release: str, now: datetime) -> None:
        name = _NOT_FOR_FILE_NAMES.sub("-", release).strip(".-") or "release"
        self._place = folder / f"{name}-{now:%Y%m%dT%H%M%S%fZ}.csv"
        self._file: TextIO | None = None
        self.first_of: dict[str, Reject] = {}
        self.count = 0

    @property
    def path(self) -> Path | None:
        """Where the file is, or None while nothing has been rejected."""
        return self._place if self.count else None

    def add(self, rejects: Iterable[Reject]) -> int:
        """Write rejects; return how many."""
        before = self.count
        for reject in rejects:
            if self._file is None:
                self._file = self._open()
            self.first_of.setdefault(reject.file, reject)
            csv.writer(self._file, quoting=csv.QUOTE_ALL).writerow(map(defused, reject))
            self.count += 1
        return self.count - before

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()

    def discard(self) -> None:
        """Remove the file: the import was refused for another reason."""
        self.close()
        if self.count:
            self._place.unlink(missing_ok=True)

    def _open(self) -> TextIO:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        file = self._place.open("w", encoding="utf-8", newline="")
        csv.writer(file, quoting=csv.QUOTE_ALL).writerow(Reject._fields)
        return file
