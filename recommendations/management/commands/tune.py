"""`manage.py tune svd --minutes 10`: find the settings that suit these ratings, and keep them for training."""

import math
import signal
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from recommendations import evaluation
from recommendations.algorithms import registry
from recommendations.data import InvalidInteractions
from recommendations.evaluation.compare import STARS, check_names
from recommendations.evaluation.search import Progress
from recommendations.management.commands.evaluate import LARGEST_SEED, REFUSALS, SOURCE
from recommendations.management.progress import bars
from recommendations.training import sources, tuned

LONGEST_MINUTES = 7 * 24 * 60


class Command(BaseCommand):
    """Search a recommender's settings on ratings kept away from it, and keep what is found for training."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("name", help=f"which recommender: {', '.join(registry.RECOMMENDERS)}; or {STARS}")
        parser.add_argument("--data", default=sources.SITE, help=SOURCE)
        parser.add_argument("--minutes", type=float, default=10, help="how long to search at most (default: 10)")
        parser.add_argument("--seed", type=int, default=0, help="of the search (default: 0)")

    def handle(self, *args: Any, **given: Any) -> None:
        """Search, then keep and print what was found."""
        _check(given)
        try:
            found, dataset = _tuned(given)
        except REFUSALS as refusal:
            raise CommandError(str(refusal)) from refusal
        except InvalidInteractions as refusal:
            raise CommandError(f"There is too little to learn from: {refusal}") from refusal
        except KeyboardInterrupt:
            raise CommandError("It was stopped; nothing was kept.", returncode=128 + signal.SIGINT) from None
        found_by = {"data": dataset, "seed": given["seed"], "minutes": given["minutes"], "at": str(timezone.now())}
        file = tuned.keep(settings.VAR_DIR / "tuned", given["name"], found, found_by)
        self.stdout.write(_sentence(given["name"], found))
        self.stdout.write(f"Kept in {file}, which training uses from its next run on; remove it to go back.")


def _check(given: Mapping[str, Any]) -> None:
    try:
        check_names([given["name"]])
    except registry.UnknownRecommender as unknown:
        raise CommandError(str(unknown)) from unknown
    if not (math.isfinite(given["minutes"]) and 0 < given["minutes"] <= LONGEST_MINUTES):
        raise CommandError(f"--minutes takes a number above 0, at most {LONGEST_MINUTES:,}.")
    if not 0 <= given["seed"] < LARGEST_SEED:
        raise CommandError(f"--seed takes a number from 0 to {LARGEST_SEED - 1:,}.")


def _tuned(given: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the settings that were found, and the name of the data."""
    with bars(Console(stderr=True)) as report:

        def show(state: Progress) -> None:
            says = f"searching: {state.fits} fits, {state.metric} {state.default:.4f} → {state.best:.4f}"
            report(says, round(1000 * state.share), 1000)

        dataset = sources.dataset(
            given["data"], datasets_dir=settings.DATASETS_DIR, now=timezone.now(), progress=report
        )
        found = evaluation.tune(
            given["name"],
            dataset.interactions,
            dataset.side,
            minutes=given["minutes"],
            seed=given["seed"],
            progress=show,
        )
    return found, dataset.name


def _sentence(name: str, found: Mapping[str, Any]) -> str:
    if not found:
        return f"Nothing better than the defaults of {name} was found."
    found = found["parts"] if name == STARS else found
    return f"{name}: " + ", ".join(f"{setting} = {value}" for setting, value in found.items())
