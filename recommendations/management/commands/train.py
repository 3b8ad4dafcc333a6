"""`manage.py train`: fit, evaluate and publish, with progress; what the periodic task runs too."""

import os
import resource
import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from recommendations.data import InvalidInteractions
from recommendations.models import TrainingRun
from recommendations.store import StoreUnavailable
from recommendations.training import engine, films, jobs, options
from recommendations.training import train as training
from recommendations.training.budget import OverBudget


class Command(BaseCommand):
    """Fit every recommender on all ratings, measure them, publish everybody's list, and go live."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--run", type=int, help="work on this waiting run instead of asking for a new one")
        parser.add_argument(
            "--background", action="store_true", help="give way to everything else, and keep RECS_MEMORY_BUDGET"
        )

    def handle(self, *args: Any, **given: Any) -> None:
        """Train, and print what came of it."""
        try:
            chosen = options.from_settings()
        except (LookupError, ValueError) as error:
            raise CommandError(str(error)) from error
        signal.signal(signal.SIGTERM, _stop)
        if given["background"]:
            _give_way(chosen.memory_budget)
        run = given["run"] or _new_run()
        console = Console(stderr=True, no_color=given["no_color"] or None)
        try:
            with _bars(console) as bars:
                done = training.train(run, chosen, clock=timezone.now, progress=_shown(bars))
        except (engine.EngineUnavailable, films.KeysTooLarge, jobs.CannotStart, jobs.LeaseLost) as error:
            raise CommandError(str(error)) from error
        except InvalidInteractions as error:
            raise CommandError(f"There is too little to learn from: {error} Import ratings first.") from error
        except (MemoryError, OSError, DatabaseError, OverBudget, StoreUnavailable) as error:
            raise CommandError(training.sentence(error, chosen)) from error
        Console(no_color=given["no_color"] or None).print(_summary(done))
        self.stdout.write(f"Run {done.pk} is live.")


def _new_run() -> int:
    """Return a run that only this process works on: nobody else is told of it."""
    return TrainingRun.objects.create(requested_at=timezone.now()).pk


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """Leave in order when asked to end, so that the run's row says so."""
    raise SystemExit(1)


def _give_way(memory_budget: int) -> None:
    """Lower this process's priority, bound its memory, and let Ctrl-C be the worker's business."""
    os.nice(10)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_budget, memory_budget))


def _bars(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description:<9}"), BarColumn(), TimeElapsedColumn(), console=console
    )


def _shown(bars: Progress) -> training.Progress:
    """Return a Progress that draws one bar for each step."""
    tasks: list[TaskID] = []

    def finish() -> None:
        for task in tasks[-1:]:
            bars.update(task, total=1, completed=1)

    def begin(step: str) -> None:
        finish()
        tasks.append(bars.add_task(step, total=None))

    def advance(done: int, total: int) -> None:
        bars.update(tasks[-1], completed=done, total=total)

    return training.Progress(begin, advance)


def _summary(run: TrainingRun) -> Table:
    """Return a table of the metrics of a run."""
    data, metrics = run.data, run.metrics
    title = f"{data['people']:,} people · {data['films']:,} films · {data['ratings']:,} ratings"
    caption = f"measured on {metrics['people']:,} people who were kept out"
    if metrics["stars"]:
        caption += f"; predicted stars: RMSE {metrics['stars']['rmse']:.3f}, MAE {metrics['stars']['mae']:.3f}"
    table = Table("recommender", "NDCG@10", "Recall@10", "hit rate@10", "coverage", title=title, caption=caption)
    for name, values in metrics["recommenders"].items():
        shown = [values["ndcg_at_10"], values["recall_at_10"], values["hit_rate_at_10"], values["coverage"]]
        table.add_row(name, *(f"{value:.3f}" for value in shown))
    return table
