"""A door for the owner: `manage.py import_movielens ml-latest-small`."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from catalog.importer import Counts, ImportRefused, ImportResult, Options, import_release
from catalog.importer import Progress as Report
from catalog.search import make_index


def positive(text: str) -> int:
    """Return a number from 1 on."""
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on.")
    return int(text)


class Command(BaseCommand):
    """Loads a MovieLens release: films, people, ratings, tags. Importing it again changes only what is different."""

    help = "Import a MovieLens release (research use; see its own terms), all of it or nothing."
    # Loading every page to check its address takes as long as loading a small release.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what may be asked for."""
        parser.add_argument("source", help="a zip, a folder, a release's name such as ml-latest-small, or sample")
        parser.add_argument("--replace", action="store_true", help="take the release that is live now away")
        parser.add_argument("--dry-run", action="store_true", help="check and count everything, store nothing")
        parser.add_argument("--strict", action="store_true", help="load nothing if a single line is bad")
        parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")
        parser.add_argument(
            "--min-user-ratings", type=positive, default=0, metavar="N", help="leave out people with fewer"
        )
        parser.add_argument("--min-movie-ratings", type=positive, default=0, metavar="N", help="then films with fewer")
        parser.add_argument("--limit", type=positive, metavar="N", help="read only the first N ratings")

    def handle(self, *args: Any, **given: Any) -> None:
        """Import, then print what was counted."""
        options = Options(**{name: given[name] for name in Options.__dataclass_fields__})
        try:
            with self._progress_bar() as report:
                result = import_release(
                    given["source"],
                    datasets_dir=settings.DATASETS_DIR,
                    rejects_dir=settings.VAR_DIR / "rejects",
                    now=timezone.now(),
                    options=options,
                    progress=report,
                )
            if result.changed:
                make_index()
        except ImportRefused as refused:
            raise CommandError(str(refused)) from refused
        except KeyboardInterrupt as interrupt:
            raise CommandError("Interrupted: nothing was changed.", returncode=130) from interrupt
        if given["json"]:
            self.stdout.write(json.dumps(result.as_json()))
        else:
            self._print_table(result, options)

    @contextmanager
    def _progress_bar(self) -> Iterator[Report]:
        """Show a bar per step on the error output, where it does not mix with the result."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
            tasks: dict[str, Any] = {}

            def report(step: str, done: int, total: int) -> None:
                if step not in tasks:
                    tasks[step] = bars.add_task(step)
                bars.update(tasks[step], completed=done, total=total)

            yield report

    def _print_table(self, result: ImportResult, options: Options) -> None:
        table = Table("", *(Column(kind, justify="right") for kind in result.kinds), title=result.release)
        for name in Counts.__dataclass_fields__:
            table.add_row(name, *(f"{getattr(counts, name):,}" for counts in result.kinds.values()))
        console = Console(
            file=cast("IO[str]", self.stdout), highlight=False, markup=False, emoji=False, soft_wrap=True
        )
        console.print(table)
        if result.rejects_file:
            console.print(f"The lines that were not taken, and why: {result.rejects_file}")
        console.print(_last_word(result, options))


def _last_word(result: ImportResult, options: Options) -> str:
    if options.dry_run:
        return "This was a dry run: nothing was loaded."
    if not result.changed:
        return "Nothing changed: this file was imported before."
    return f"{result.release} is loaded."
