"""One run, step after step, each of which leaves a row: extract, fit, evaluate, refit, save, publish, flip."""

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from scipy import sparse

from catalog.models import Rating
from recommendations.algorithms import Recommender
from recommendations.algorithms.hybrid import Hybrid
from recommendations.data import SideInformation, arrays
from recommendations.evaluation import Split, evaluate, held_out_people, hold_out
from recommendations.models import TrainingRun, TrainingStep
from recommendations.rating import StarPredictor
from recommendations.store import StoreUnavailable, artifacts
from recommendations.training import jobs, publish
from recommendations.training.budget import Budget, OverBudget, expected_seconds
from recommendations.training.engine import EngineUnavailable, Extract, LocalEngine, create
from recommendations.training.extract import Snapshot
from recommendations.training.films import KeysTooLarge
from recommendations.training.meter import Meter
from recommendations.training.options import Options
from recommendations.training.people import in_order_of

logger = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# What numpy says when a file takes less than an array: "9000 requested and 2016 written".
_CUT_SHORT = " requested and "
TARGET_SHARE = 0.2
SEED = 0


@dataclass
class Progress:
    """Where a run tells how far it is: a step begins, and so much of it is done."""

    begin: Callable[[str], None] = lambda _step: None
    advance: Callable[[int, int], None] = lambda _done, _total: None


@dataclass
class _Work:
    """What the steps hand on to each other."""

    run: TrainingRun
    lease: jobs.Lease
    options: Options
    clock: jobs.Clock
    progress: Progress
    models: dict[str, Recommender] = field(default_factory=dict)
    stars: StarPredictor = field(default_factory=StarPredictor)
    engine: LocalEngine = field(init=False)
    extract: Extract = field(init=False)
    snapshot: Snapshot = field(init=False)
    matrix: sparse.csr_matrix = field(init=False)
    side: SideInformation = field(init=False)
    split: Split = field(init=False)
    budget: Budget = field(init=False)


def train(run: int, options: Options, *, clock: jobs.Clock, progress: Progress | None = None) -> TrainingRun:
    """Work on the waiting `run` to its end and return it, live.

    Raises CannotStart when it does not wait, LeaseLost when somebody else took it up meanwhile, and whatever went
    wrong otherwise, a Ctrl-C too, after writing it into the row; the run that was live before stays live.
    """
    lease = jobs.claim(run, at=clock(), seconds=options.lease_seconds)
    row = TrainingRun.objects.get(pk=run)
    row.steps.all().delete()
    work = _Work(row, lease, options, clock, progress or Progress())
    with jobs.heartbeat(lease, clock=clock, seconds=options.lease_seconds):
        try:
            with closing(create(options)) as work.engine:
                _all_steps(work)
        except jobs.LeaseLost:
            raise
        except BaseException as error:
            jobs.reconnect()
            jobs.fail(lease, error=sentence(error, options), at=clock())
            raise
    publish.clean_up(options)
    row.refresh_from_db()
    return row


def _all_steps(work: _Work) -> None:
    for step in (_extract, _fit, _evaluate, _refit, _save, _publish, _flip):
        name = step.__name__.removeprefix("_")
        if step is _refit and not work.budget.allows_refit(work.snapshot.interactions.nnz):
            continue
        jobs.reconnect()
        jobs.renew(work.lease, at=work.clock(), seconds=work.options.lease_seconds)
        work.progress.begin(name)
        with _measured(work.run, name, at=work.clock()) as detail:
            detail.update(step(work))


@contextmanager
def _measured(run: TrainingRun, name: str, *, at: datetime) -> Iterator[dict[str, Any]]:
    row = TrainingStep.objects.create(run=run, name=name, started_at=at)
    detail: dict[str, Any] = {}
    with Meter() as meter:
        yield detail
    row.seconds, row.peak_memory, row.detail = meter.seconds, meter.peak_memory, detail
    jobs.reconnect()
    row.save()


def _record(work: _Work, *fields: str) -> None:
    """Write some fields of the run's row, after whatever work led to them."""
    jobs.reconnect()
    work.run.save(update_fields=fields)


def _extract(work: _Work) -> dict[str, Any]:
    work.extract = work.engine.extract()
    work.snapshot = work.extract.snapshot
    work.run.data, work.run.data_fingerprint = work.extract.facts, work.extract.fingerprint
    # Looked up afterwards: what came while the ratings were read counts as read.
    work.run.last_rating = Rating.objects.aggregate(last=Max("pk"))["last"] or 0
    work.budget = Budget(work.options, expected_seconds(work.extract.facts["ratings"]))
    work.run.configuration = work.options.configuration()
    work.run.default_recommender = work.options.default
    _record(work, "data", "data_fingerprint", "last_rating", "configuration", "default_recommender")
    return dict(work.extract.facts)


def _fit(work: _Work) -> dict[str, Any]:
    work.matrix, work.side, keys = in_order_of(work.engine.keys(work.snapshot), work.snapshot)
    work.split = hold_out(
        work.matrix,
        held_out_people(keys, work.options.held_out_share),
        target_share=TARGET_SHARE,
        most=work.options.most_held_out,
        seed=SEED,
    )
    # What is fitted again on everybody needs no second fit of its parts now, and then takes over what it learned now.
    again = work.snapshot.interactions.nnz < work.options.refit_below
    config = replace(work.options.stars, refit_below=0) if again else work.options.stars
    return _fit_all(work, work.split.training, work.split.side(work.side), StarPredictor(config))


def _evaluate(work: _Work) -> dict[str, Any]:
    genres = _genres(work.snapshot.side)[0].get("features")
    work.run.metrics = evaluate(work.models, work.stars, work.split, genres=genres)
    _record(work, "metrics")
    return {"people": work.run.metrics["people"]}


def _refit(work: _Work) -> dict[str, Any]:
    return _fit_all(work, work.matrix, work.side, StarPredictor(work.options.stars), learned=work.stars)


def _fit_all(
    work: _Work,
    matrix: sparse.csr_matrix,
    side: SideInformation,
    stars: StarPredictor,
    learned: StarPredictor | None = None,
) -> dict[str, Any]:
    """Fit everything on `matrix`. The hybrid comes early, since what is a part of it need not be fitted again."""
    fitted = work.models
    work.models = {}
    detail: dict[str, Any] = {"seconds": {}}
    names = work.options.by_need()
    parts = [*(name for name in names if not fitted or name in fitted), "stars"]
    for done, name in enumerate(parts):
        work.progress.advance(done, len(parts))
        if name in work.models:
            continue
        model = None if name == "stars" else work.budget.admit(work.options.create(name, fitted.get(name)), matrix)
        if model is None and name != "stars":
            continue
        with Meter() as meter:
            if model is None:
                work.stars = work.budget.admit_stars(stars, matrix).fit(matrix, side, learned=learned)
            else:
                work.models[name] = work.engine.fit(model, matrix, side, everybody=matrix is work.matrix)
        work.budget.spent += meter.seconds
        detail["seconds"][name] = round(meter.seconds, 3)
        if isinstance(model, Hybrid):
            detail["hybrid"] = {"blend": model.blend_, "left_out": model.left_out_}
            work.models |= work.options.shared(model)
    return detail | work.budget.consequences()


def _save(work: _Work) -> dict[str, Any]:
    with artifacts.writing(work.options.runs, work.run.pk) as folder:
        ids, side = work.extract.ids, work.snapshot.side
        arrays.write(folder / "idmap", {"raters": ids.raters, "movies": ids.movies}, {})
        arrays.write(folder / "films", *_genres(side))
        work.stars.save(folder / "stars")
        kept_inside = {id(part) for model in work.models.values() if isinstance(model, Hybrid) for part in model.parts}
        for name, model in work.models.items():
            if id(model) not in kept_inside:
                model.save(folder / name)
    work.run.artifact_stamp = artifacts.stamp(work.options.runs, work.run.pk)
    _record(work, "artifact_stamp")
    return {"parts": artifacts.names(work.options.runs, work.run.pk)}


def _genres(side: SideInformation) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the films' genres, films × genres, and their names."""
    if side.film_features is None:
        return {}, {"names": []}
    columns = [place for place, name in enumerate(side.film_feature_names) if name.startswith("genre:")]
    names = [side.film_feature_names[place].removeprefix("genre:") for place in columns]
    return {"features": sparse.csr_matrix(side.film_features[:, columns])}, {"names": names}


def _publish(work: _Work) -> dict[str, Any]:
    people = work.extract.facts["people"]
    name = work.options.default
    lists = work.engine.publish(
        work.run.pk, name, work.models[name], work.snapshot, lambda done: work.progress.advance(done, people)
    )
    return {"recommender": name, "lists": lists}


def _flip(work: _Work) -> dict[str, Any]:
    publish.check(work.run, work.options)
    with transaction.atomic():
        jobs.succeed(work.lease, at=work.clock())
        publish.flip(work.run, at=work.clock())
    return {}


def sentence(error: BaseException, options: Options) -> str:
    """Return what is said of a run that broke off, in words that the owner can act on."""
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return "It was stopped before its end."
    if isinstance(error, MemoryError):
        return f"Training needed more than the {options.memory_budget / 1024**3:.1f} GB of RECS_MEMORY_BUDGET."
    if isinstance(error, OSError) and (error.errno in _FULL or _CUT_SHORT in str(error)):
        return f"There is no room left on the disk of {options.runs.parent}: make some and train again. {error}"
    if isinstance(error, EngineUnavailable | KeysTooLarge | OverBudget | StoreUnavailable):
        return str(error)
    return f"{type(error).__name__}: {error}"
