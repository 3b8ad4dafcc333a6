"""The only way that films and ratings come in by the million: archive → parse → columns → load.

`import_release` is the one call of its doors. It needs no model, only the database; `read_plain` needs neither.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from catalog.archive import open_source
from catalog.importer.datasets import Dataset, detect
from catalog.importer.find import find_source
from catalog.importer.load.store import Target, compare, refuse_unless_replaceable, store
from catalog.importer.plain import PlainRelease, read_plain
from catalog.importer.read import Reader, ReadRelease
from catalog.importer.rejects import RejectsFile
from catalog.importer.result import Counts, ImportResult, Options, Progress
from catalog.refusal import ImportRefused

__all__ = [
    "Counts",
    "ImportRefused",
    "ImportResult",
    "Options",
    "PlainRelease",
    "Progress",
    "ReadRelease",
    "import_release",
    "read_plain",
]


class Unreadable(ImportRefused):
    """The operating system did not let a file be read or written."""


class StrictlyRefused(ImportRefused):
    """A line is bad, and the person asked for all or nothing."""


def no_progress(step: str, done: int, total: int) -> None:
    """Show nothing."""


def import_release(
    source: str,
    *,
    datasets_dir: Path,
    rejects_dir: Path,
    now: datetime,
    options: Options | None = None,
    progress: Progress = no_progress,
) -> ImportResult:
    """Load a release's films, people, ratings, tags and genome into the database, all of it or nothing.

    Args:
        source: a zip, a folder, the name of a release (downloaded when it is not in `datasets_dir`), or "sample".
        datasets_dir: where downloads and the sample are kept.
        rejects_dir: where a file with the rejected lines goes, if there are any.
        now: the moment of the import; ratings from later than a day after it are rejected.
        options: filters and modes.
        progress: called again and again with a step's name, how much is done, and how much there is to do.

    Raises:
        ImportRefused: with a sentence that says why; the database is as it was.
    """
    options = options or Options()
    with _unreadable_as_refusal(source), open_source(find_source(source, datasets_dir, progress)) as opened:
        dataset = detect(opened)
        target = Target(dataset.release, dataset.numbering, replace=options.replace)
        refuse_unless_replaceable(target)
        rejects = RejectsFile(rejects_dir, dataset.release, now)
        read = _read(dataset, options, rejects, progress, now)
    if options.strict and rejects.count:
        raise StrictlyRefused(_why(rejects))
    changed = False
    if options.dry_run:
        compare(read, target)
    else:
        changed = store(read, target, now=now, progress=partial(progress, "database"))
    return ImportResult(
        dataset.release,
        **read.counts,
        rejects_file=rejects.path,
        other_rejects=rejects.count - sum(counts.rejected for counts in read.counts.values()),
        changed=changed,
    )


@contextmanager
def _unreadable_as_refusal(source: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreadable(f"{source[:200]} could not be read ({error.strerror or error}).") from error


def _read(dataset: Dataset, options: Options, rejects: RejectsFile, progress: Progress, now: datetime) -> ReadRelease:
    """Read everything; what was rejected stays on disk only if nothing worse was found."""
    latest = int((now + timedelta(days=1)).timestamp())
    try:
        return Reader(dataset, options, rejects, progress, latest).read()
    except BaseException:
        rejects.discard()
        raise
    finally:
        rejects.close()


def _why(rejects: RejectsFile) -> str:
    first = next(iter(rejects.first_of.values()))
    return (
        f"{rejects.count:,} lines are bad, the first is line {first.line} of {first.file}"
        f" ({first.reason.rstrip('.')}), so nothing was loaded: {rejects.path} lists them."
    )
