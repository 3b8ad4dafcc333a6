"""`manage.py evaluate --data ml-100k --protocol strong --models item_knn,svd`: how good models are, with intervals."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from itertools import count
from typing import IO, Any, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from catalog.importer import ImportRefused
from recommendations import evaluation
from recommendations.algorithms import registry
from recommendations.data import InvalidInteractions
from recommendations.evaluation.bootstrap import Estimate
from recommendations.evaluation.compare import STARS
from recommendations.management.progress import bars
from recommendations.training import sources, tuned

LONGEST_LIST = 1_000
LARGEST_SEED = 2**32 - 1
WIDTH = 110
SOURCE = "a zip, a folder, a release's name, or site (the default)"
REFUSALS = (
    ImportRefused,
    sources.NoRatings,
    registry.UnknownRecommender,
    evaluation.UnknownProtocol,
    evaluation.CannotSplit,
    evaluation.CannotTune,
)
TABLES = {
    "Lists": ("ndcg", "recall", "precision", "map", "mrr", "hit_rate"),
    "Beyond hits": ("coverage", "gini", "novelty", "popularity_lift", "diversity", "miscalibration"),
    "Predicted stars": ("rmse", "mae"),
}


class Command(BaseCommand):
    """Fit recommenders on a part of some ratings and measure them on the rest. Nothing is stored or published."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        protocols = ", ".join(evaluation.PROTOCOLS)
        parser.add_argument("--data", default=sources.SITE, help=SOURCE)
        parser.add_argument("--protocol", default="strong", help=f"{protocols} (default: strong)")
        parser.add_argument("--models", help=f"names with commas between, also {STARS} (default: all)")
        parser.add_argument("--k", type=int, default=10, help="length of the lists (default: 10)")
        parser.add_argument("--seed", type=int, default=0, help="of splits and intervals (default: 0)")
        parser.add_argument("--liked", type=float, default=4, help="stars from which a film is relevant (default: 4)")
        parser.add_argument("--min-stars", type=float, help="first leave out ratings below so many stars")
        parser.add_argument("--k-core", type=int, help="then leave out people and films with fewer ratings than this")
        parser.add_argument("--choices", action="store_true", help="then forget the stars: only what was rated counts")
        parser.add_argument("--tuned", action="store_true", help="use what `manage.py tune` found, not the defaults")
        parser.add_argument("--json", action="store_true", help="print rows of model, metric, value, low, high")

    def handle(self, *args: Any, **given: Any) -> None:
        """Measure, then print."""
        try:
            dataset, comparison = _compared(given)
        except REFUSALS as refusal:
            raise CommandError(str(refusal)) from refusal
        except InvalidInteractions as refusal:
            raise CommandError(f"There is too little to learn from: {refusal}") from refusal
        if given["json"]:
            self.stdout.write(json.dumps(_rows(dataset, comparison, given), indent=1))
            return
        plain = given["no_color"] or None
        console = Console(file=cast("IO[str]", self.stdout), no_color=plain, highlight=False, width=WIDTH)
        for title, names in TABLES.items():
            if (table := _table(title, names, comparison, given)) is not None:
                console.print(table)
        console.print(escape(_caption(dataset, comparison, given)), soft_wrap=True)


def _compared(given: Mapping[str, Any]) -> tuple[evaluation.Dataset, evaluation.Comparison]:
    names = _names(given["models"])
    _check(given)
    evaluation.protocol(given["protocol"])
    with bars(Console(stderr=True)) as report:
        dataset = sources.dataset(
            given["data"], datasets_dir=settings.DATASETS_DIR, now=timezone.now(), progress=report
        )
        dataset = _filtered(dataset, given)
        fits = count()
        comparison = evaluation.compare(
            dataset,
            given["protocol"],
            names,
            k=given["k"],
            seed=given["seed"],
            liked=given["liked"],
            configurations=tuned.kept(settings.VAR_DIR / "tuned", names) if given["tuned"] else {},
            progress=lambda name: report(f"fitting: {name}", next(fits), 0),
        )
    return dataset, comparison


def _names(models: str | None) -> list[str]:
    """Return the names that were asked for, each once. Raises UnknownRecommender."""
    names = [*registry.RECOMMENDERS, STARS] if models is None else [name.strip() for name in models.split(",")]
    evaluation.check_names(names)
    return list(dict.fromkeys(names))


def _check(given: Mapping[str, Any]) -> None:
    if not 1 <= given["k"] <= LONGEST_LIST:
        raise CommandError(f"--k takes a number from 1 to {LONGEST_LIST:,}.")
    if not 0 <= given["seed"] <= LARGEST_SEED:
        raise CommandError(f"--seed takes a number from 0 to {LARGEST_SEED:,}.")
    if given["k_core"] is not None and given["k_core"] < 1:
        raise CommandError("--k-core takes a number from 1 on.")


def _filtered(dataset: evaluation.Dataset, given: Mapping[str, Any]) -> evaluation.Dataset:
    if given["min_stars"] is not None:
        dataset = evaluation.at_least_stars(dataset, given["min_stars"])
    if given["k_core"] is not None:
        dataset = evaluation.k_core(dataset, given["k_core"])
    if not dataset.interactions.nnz:
        raise CommandError("No rating is left: ask for fewer stars or a smaller core.")
    return evaluation.as_choices(dataset) if given["choices"] else dataset


def _rows(
    dataset: evaluation.Dataset, comparison: evaluation.Comparison, given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    facts = {
        "data": dataset.name,
        "filters": list(dataset.notes),
        "protocol": given["protocol"],
        "k": given["k"],
        "seed": given["seed"],
        "people": comparison.people,
    }
    return [
        facts | {"model": model, "metric": metric, "value": found.value, "low": found.low, "high": found.high}
        for model, figures in comparison.models.items()
        for metric, found in figures.items()
    ]


def _table(
    title: str, names: tuple[str, ...], comparison: evaluation.Comparison, given: Mapping[str, Any]
) -> Table | None:
    """Return a table of some metrics, or None when no model has any of them."""
    keys = {name: f"{name}_at_{given['k']}" if title == "Lists" else name for name in names}
    rows = {model: found for model, found in comparison.models.items() if set(keys.values()) & set(found)}
    heads = [f"{name.replace('_', ' ')}{'@' + str(given['k']) if title == 'Lists' else ''}" for name in names]
    columns = (Column(head, justify="right", no_wrap=True) for head in heads)
    table = Table(Column("", no_wrap=True), *columns, title=title, box=box.SIMPLE)
    for model, found in rows.items():
        table.add_row(model, *(_cell(found.get(key)) for key in keys.values()))
    return table if rows else None


def _cell(found: Estimate | None) -> str:
    return "–" if found is None else f"{found.value:.4f}\n{found.low:.3f}–{found.high:.3f}"


def _caption(dataset: evaluation.Dataset, comparison: evaluation.Comparison, given: Mapping[str, Any]) -> str:
    people, films = dataset.interactions.shape
    parts = [
        f"{dataset.name}: {dataset.interactions.nnz:,} ratings of {films:,} films by {people:,} people",
        *dataset.notes,
        f"{given['protocol']} ({evaluation.protocol(given['protocol']).says})",
        f"lists of {comparison.people:,} people",
        f"seed {given['seed']}",
        "below each figure its 95 % interval",
    ]
    if comparison.chance is not None:
        parts.append(f"lists drawn at random would have a recall of {comparison.chance:.4f}")
    return "; ".join(parts) + "."
