"""Beside the steps of a run: who holds the ratings and fits on them, this machine or a cluster.

An engine is where the matrix comes from, who fits what, and where everybody's lists are made. What it gives is the
same for all of them, so that saving, serving and going back do not know the difference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from scipy import sparse

from recommendations.algorithms import Recommender
from recommendations.data import IdMap, SideInformation
from recommendations.training import publish
from recommendations.training.extract import Snapshot, extract
from recommendations.training.options import Options
from recommendations.training.people import Keys, lasting_keys


class EngineUnavailable(Exception):
    """The engine cannot work, or no longer; the message says what is missing."""


@dataclass(frozen=True)
class Extract:
    """What a run is made from.

    Attributes:
        snapshot: the ratings that this machine holds; models are measured on its people.
        ids: everybody and every film, whether in the snapshot or not.
        facts: how many `people`, `films` and `ratings` there are.
        fingerprint: equal data, equal fingerprint.
    """

    snapshot: Snapshot
    ids: IdMap
    facts: dict[str, int]
    fingerprint: str


class LocalEngine:
    """One machine: the whole matrix is in its memory, and it fits everything."""

    def __init__(self, options: Options) -> None:
        self.options = options

    def extract(self) -> Extract:
        """Read the ratings. Raises EngineUnavailable."""
        snapshot = extract()
        people, films = snapshot.interactions.shape
        facts = {"people": people, "films": films, "ratings": int(snapshot.interactions.nnz)}
        return Extract(snapshot, snapshot.ids, facts, snapshot.fingerprint())

    def keys(self, snapshot: Snapshot) -> Keys:
        """Return the number by which each person of the snapshot is held out or not."""
        return lasting_keys(snapshot.ids.raters)

    def fit(
        self, model: Recommender, matrix: sparse.csr_matrix, side: SideInformation, *, everybody: bool
    ) -> Recommender:
        """Return `model` fitted on `matrix`, which lacks those who are held out unless it is `everybody`."""
        return model.fit(matrix, side)

    def publish(
        self, run: int, name: str, model: Recommender, snapshot: Snapshot, report: Callable[[int], None]
    ) -> int:
        """Make and keep everybody's list; return how many. `report` is told how many people are done."""
        return publish.publish_lists(run, name, model, snapshot, self.options, report)

    def close(self) -> None:
        """Let go of what it holds."""


def create(options: Options) -> LocalEngine:
    """Return the engine that `options` names. Raises EngineUnavailable when what it needs is not installed."""
    try:
        kind: Any = import_string(options.engine)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise EngineUnavailable(
            f"RECS_ENGINE=spark needs {package}, which is not installed: "
            "pip install --require-hashes -r requirements.txt -r requirements-spark.txt."
        ) from error
    engine: LocalEngine = kind(options)
    return engine
