"""One run, step after step, each of which leaves a row: extract, fit, evaluate, refit, save, publish, flip."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from scipy import sparse

from recommendations.algorithms import Recommender
from recommendations.algorithms.hybrid import Hybrid
from recommendations.data import SideInformation, arrays
from recommendations.data.interactions import part_of
from recommendations.evaluation import Split, evaluate, held_out_people, hold_out
from recommendations.models import TrainingRun, TrainingStep
from recommendations.rating import StarPredictor, StarPredictorConfig
from recommendations.store import artifacts
from recommendations.training import jobs, publish
from recommendations.training.engine import EngineUnavailable, Extract, LocalEngine, create
from recommendations.training.extract import Snapshot
from recommendations.training.meter import Meter
from recommendations.training.options import Options

logger = logging.getLogger(__name__)

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
    split: Split = field(init=False)


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
            jobs.fail(lease, error=_sentence(error, options), at=clock())
            raise
    publish.clean_up(options)
    row.refresh_from_db()
    return row


def _all_steps(work: _Work) -> None:
    for step in (_extract, _fit, _evaluate, _refit, _save, _publish, _flip):
        name = step.__name__.removeprefix("_")
        if step is _refit and work.snapshot.interactions.nnz >= work.options.refit_below:
            continue
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
    row.save()


def _extract(work: _Work) -> dict[str, Any]:
    work.extract = work.engine.extract()
    work.snapshot = work.extract.snapshot
    work.run.data, work.run.data_fingerprint = work.extract.facts, work.extract.fingerprint
    work.run.configuration = work.options.configuration()
    work.run.default_recommender = work.options.default
    work.run.save(update_fields=["data", "data_fingerprint", "configuration", "default_recommender"])
    return dict(work.extract.facts)


def _fit(work: _Work) -> dict[str, Any]:
    work.matrix = work.snapshot.training_matrix()
    work.split = hold_out(
        work.matrix,
        held_out_people(work.snapshot.ids.raters, work.options.held_out_share),
        target_share=TARGET_SHARE,
        most=work.options.most_held_out,
        seed=SEED,
    )
    # What is only measured and then fitted again learns its blend and is done: half of the time of the stars.
    once = work.snapshot.interactions.nnz < work.options.refit_below
    return _fit_all(work, work.split.training, StarPredictorConfig(refit_below=0) if once else None)


def _evaluate(work: _Work) -> dict[str, Any]:
    work.run.metrics = evaluate(work.models, work.stars, work.split)
    work.run.save(update_fields=["metrics"])
    return {"people": work.run.metrics["people"]}


def _refit(work: _Work) -> dict[str, Any]:
    return _fit_all(work, work.matrix)


def _fit_all(work: _Work, matrix: sparse.csr_matrix, stars: StarPredictorConfig | None = None) -> dict[str, Any]:
    """Fit everything on `matrix`. The hybrid comes first, since what is a part of it need not be fitted again."""
    side = part_of(work.snapshot.side, work.snapshot.interactions, matrix)
    fitted = work.models
    work.models = {}
    detail: dict[str, Any] = {"seconds": {}}
    parts = [*sorted(work.options.recommenders, key=lambda name: name != Hybrid.name), "stars"]
    for done, name in enumerate(parts):
        work.progress.advance(done, len(parts))
        if name in work.models:
            continue
        with Meter() as meter:
            if name == "stars":
                work.stars = StarPredictor(stars).fit(matrix, side)
            else:
                model = work.options.create(name, fitted.get(name))
                work.models[name] = work.engine.fit(model, matrix, side, everybody=matrix is work.matrix)
        detail["seconds"][name] = round(meter.seconds, 3)
        if isinstance(hybrid := work.models.get(name), Hybrid):
            detail["hybrid"] = {"blend": hybrid.blend_, "left_out": hybrid.left_out_}
            work.models |= hybrid.shared_parts()
    return detail


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
    work.run.save(update_fields=["artifact_stamp"])
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


def _sentence(error: BaseException, options: Options) -> str:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return "It was stopped before its end."
    if isinstance(error, MemoryError):
        return f"Training needed more than the {options.memory_budget / 1024**3:.1f} GB of RECS_MEMORY_BUDGET."
    if isinstance(error, EngineUnavailable):
        return str(error)
    return f"{type(error).__name__}: {error}"
