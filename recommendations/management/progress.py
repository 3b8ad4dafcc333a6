"""The bars of commands that read, fit and search, on the error output, where they do not mix with the result."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from catalog.importer import Progress as Report


@contextmanager
def bars(console: Console) -> Iterator[Report]:
    """Give a function (step, done, total) that shows a bar for each step; a total of 0 means unknown."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            key = step.split(":", maxsplit=1)[0]
            if key not in tasks:
                tasks[key] = shown.add_task(step)
            shown.update(tasks[key], description=step, completed=done, total=total or None)

        yield report
