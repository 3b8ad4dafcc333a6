"""The live run: which one it is, and its models, mapped into memory once for each process."""

import logging
from collections.abc import Callable, Hashable, Sized
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms import Recommender, registry
from recommendations.data import IdMap, arrays
from recommendations.models import LiveRun, TrainingRun
from recommendations.rating import StarPredictor
from recommendations.serving.films import ShownFilms
from recommendations.store import artifacts

logger = logging.getLogger(__name__)

# One of them takes 6 KB with genres, reasons and prediction: 20 MB for each process, whatever lengths are asked for.
MOST_FILMS_REMEMBERED = 3_000
Answer = TypeVar("Answer", bound=Sized)


@dataclass(frozen=True)
class LiveModels:
    """The models of a run, each loaded when it is first asked for.

    Attributes:
        run: number of the run.
        default: name of the recommender whose lists are published.
        folder: where the run's files are.
    """

    run: int
    default: str
    folder: Path

    @cached_property
    def ids(self) -> IdMap:
        """The run's rows and columns."""
        kept, _ = arrays.read(self.folder / "idmap")
        return IdMap(kept["raters"], kept["movies"])

    @cached_property
    def stars(self) -> StarPredictor:
        """The run's predictor of stars."""
        return StarPredictor.load(self.folder / "stars")

    @cached_property
    def _recommenders(self) -> dict[str, Recommender]:
        return {}

    def recommender(self, name: str | None = None) -> Recommender:
        """Return the recommender called `name`, or the default one. Raises UnknownRecommender."""
        name = name or self.default
        registry.kind(name)
        if name not in self._recommenders:
            folder = artifacts.recommender_folder(self.folder, name)
            if folder is None:
                raise registry.UnknownRecommender(f"Run {self.run} was trained without {name}.")
            self._recommenders[name] = registry.load(folder)
        return self._recommenders[name]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The recommenders that the run has, alone or as parts of its hybrid, in the registry's order."""
        return tuple(name for name in registry.RECOMMENDERS if artifacts.recommender_folder(self.folder, name))

    def remembered(self, question: Hashable, work: Callable[[], Answer]) -> Answer:
        """Return what `work` gave when the same question was asked before, else what it gives now.

        The last answers are kept, of MOST_FILMS_REMEMBERED films together, so that a list that is looked at again
        costs no arithmetic.
        """
        found = self._answers.pop(question, None)
        answer = work() if found is None else cast("Answer", found)
        self._answers[question] = answer
        # Other threads may add to it meanwhile: what is looked through is a copy.
        while sum(1 + len(each) for each in list(self._answers.values())) > MOST_FILMS_REMEMBERED:
            self._answers.pop(list(self._answers)[0], None)  # noqa: RUF015  # a copy here too
        return answer

    @cached_property
    def films(self) -> ShownFilms:
        """The films of its lists, as they are shown."""
        return ShownFilms()

    @cached_property
    def _answers(self) -> dict[Hashable, Sized]:
        return {}

    def in_genre(self, genre: str) -> NDArray[np.bool_]:
        """Return which films have the genre called `genre`; none when there is no such genre."""
        kept, facts = self._films
        names = [name.casefold() for name in facts["names"]]
        if genre.casefold() not in names:
            return np.zeros(len(self.ids.movies), np.bool_)
        column = kept["features"][:, [names.index(genre.casefold())]]
        return np.asarray(column.toarray()[:, 0] > 0)

    @property
    def genres(self) -> sparse.csr_matrix:
        """Which film has which genre: films × genres."""
        genres: sparse.csr_matrix = self._films[0]["features"]
        return genres

    @cached_property
    def _films(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return arrays.read(self.folder / "films")


def live_run() -> TrainingRun | None:
    """Return the run that everybody is served from, or None before the first one."""
    pointer = LiveRun.objects.select_related("run").first()
    return pointer.run if pointer else None


def live_models() -> LiveModels | None:
    """Return the live run's models; None when there is no run, or when its files cannot be used."""
    # Only what tells the files apart: a run's row carries all its figures, and a page asks several times.
    run = LiveRun.objects.values_list("run_id", "run__artifact_stamp", "run__default_recommender").first()
    if run is None:
        return None
    try:
        return _load(*run, settings.RECS_RUNS_DIR)
    except (artifacts.ArtifactError, registry.UnknownRecommender):
        logger.exception("The live run's files cannot be used; the best rated films are served instead")
        return None


@lru_cache(maxsize=2)
def _load(run: int, stamp: str, default: str, runs: Path) -> LiveModels:
    """Map a run's files after comparing their manifests with its stamp. Raises ArtifactError or UnknownRecommender."""
    if artifacts.stamp(runs, run) != stamp:
        raise artifacts.ArtifactError(f"The files of run {run} are not the ones that were published.")
    models = LiveModels(run, default, artifacts.folder_of(runs, run))
    # What every request needs is opened now, so that a damaged run is refused as a whole.
    _ = models.ids, models.stars, models.recommender(), models.recommender("popularity")
    return models
