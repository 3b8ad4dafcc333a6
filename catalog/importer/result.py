"""What an import is asked for, and what it says at the end."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

# Called with the step's name, how much of it is done, and how much there is to do (bytes or rows).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """How to import. `limit` is a number of lines of the ratings file; the two minimums are numbers of ratings."""

    min_user_ratings: int = 0
    min_movie_ratings: int = 0
    limit: int | None = None
    replace: bool = False
    dry_run: bool = False
    strict: bool = False


@dataclass
class Counts:
    """What became of the rows of one kind: `read` is the sum of the others."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    filtered: int = 0


@dataclass(frozen=True)
class ImportResult:
    """The outcome of an import. `other_rejects` counts bad lines of files of no kind, such as links.csv."""

    release: str
    movies: Counts = field(default_factory=Counts)
    ratings: Counts = field(default_factory=Counts)
    people: Counts = field(default_factory=Counts)
    tags: Counts = field(default_factory=Counts)
    rejects_file: Path | None = None
    other_rejects: int = 0
    changed: bool = True

    @property
    def kinds(self) -> dict[str, Counts]:
        """The counts by kind."""
        return {"movies": self.movies, "ratings": self.ratings, "people": self.people, "tags": self.tags}

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        counts = {kind: asdict(counts) for kind, counts in self.kinds.items()}
        rejects_file = str(self.rejects_file) if self.rejects_file else None
        return {"release": self.release, **counts, "rejects_file": rejects_file}
