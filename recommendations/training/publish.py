"""The end of the night path: everybody's list into the store, then one pointer that says which run is live."""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice

import numpy as np
from django.db import transaction

from recommendations.algorithms import Recommender
from recommendations.algorithms.threads import one_thread
from recommendations.models import LiveRun, TrainingRun
from recommendations.store import StoreUnavailable, artifacts
from recommendations.store.toplists import Block
from recommendations.training.extract import Snapshot
from recommendations.training.options import Options, from_settings

logger = logging.getLogger(__name__)

_PEOPLE = 1_000
_THREADS = 2


class NotPublishable(Exception):
    """The run cannot go live; the message says what is missing."""


def publish_lists(
    run: int, name: str, model: Recommender, snapshot: Snapshot, options: Options, report: Callable[[int], None]
) -> int:
    """Make and keep everybody's best films; return how many lists. `report` is told how many people are done."""
    return options.lists.publish(run, name, _blocks(model, snapshot, options.list_size, report))


def make_live(*, run: TrainingRun, at: datetime, options: Options | None = None) -> None:
    """Serve everybody from `run` from now on, whether it is newer or older than the live one.

    Raises NotPublishable when its files are missing or changed, or its lists are gone.
    """
    if run.status != TrainingRun.Status.SUCCEEDED:
        raise NotPublishable(f"Run {run.pk} did not succeed, so it cannot go live.")
    check(run, options or from_settings())
    flip(run, at=at)


def check(run: TrainingRun, options: Options) -> None:
    """Read all that `run` would serve from. Raises NotPublishable."""
    try:
        artifacts.check(options.runs, run.pk, run.artifact_stamp)
        if run.pk not in options.lists.runs():
            raise NotPublishable(f"The lists of run {run.pk} have been removed; train again instead.")
    except (artifacts.ArtifactError, StoreUnavailable) as error:
        raise NotPublishable(f"Run {run.pk} cannot go live: {error}") from error


def flip(run: TrainingRun, *, at: datetime) -> None:
    """Set the pointer."""
    LiveRun.objects.update_or_create(pk=1, defaults={"run": run, "since": at})


def clean_up(options: Options) -> None:
    """Remove files and lists of all but the live run and the newest finished ones."""
    with transaction.atomic():
        finished = TrainingRun.objects.filter(status=TrainingRun.Status.SUCCEEDED).values_list("pk", flat=True)
        keep = {*finished[: options.keep_runs], *LiveRun.objects.values_list("run_id", flat=True)}
        keep |= set(TrainingRun.objects.unfinished().values_list("pk", flat=True))
    artifacts.remove(options.runs, keep.__contains__)
    try:
        for run in options.lists.runs() - keep:
            options.lists.drop(run)
    except StoreUnavailable:
        logger.exception("Old lists could not be removed; the next run removes them")


def _blocks(model: Recommender, snapshot: Snapshot, films: int, report: Callable[[int], None]) -> Iterator[Block]:
    """Yield everybody's lists in the order of their rows, while threads score the next blocks.

    numpy and compiled kernels let go of Python's lock while they work, so that threads use all cores; BLAS has one
    thread in each of them.
    """
    people = snapshot.interactions.shape[0]
    parts = (slice(start, min(start + _PEOPLE, people)) for start in range(0, people, _PEOPLE))
    done = 0
    with one_thread(), ThreadPoolExecutor(_THREADS) as pool:
        ahead = deque(pool.submit(_block, model, snapshot, films, part) for part in islice(parts, _THREADS + 1))
        try:
            while ahead:
                block = ahead.popleft().result()
                ahead.extend(pool.submit(_block, model, snapshot, films, part) for part in islice(parts, 1))
                yield block
                done += len(block.raters)
                report(done)
        finally:
            pool.shutdown(cancel_futures=True)


def _block(model: Recommender, snapshot: Snapshot, films: int, rows: slice) -> Block:
    """Return the lists of some rows."""
    positions, scores = model.recommend(snapshot.interactions[rows], films)
    movies = np.where(positions >= 0, snapshot.ids.movies[positions], -1).astype(np.int32)
    return Block(snapshot.ids.raters[rows], snapshot.taste_versions[rows], movies, scores)
