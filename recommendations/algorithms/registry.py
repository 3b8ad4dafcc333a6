"""Every recommender under its name. Adding one is a new file and a line among the hybrid's parts."""

from pathlib import Path
from typing import Any

from recommendations.algorithms.base import Recommender
from recommendations.algorithms.hybrid import Hybrid
from recommendations.algorithms.parts import PARTS
from recommendations.data import arrays as artifact

RECOMMENDERS: dict[str, type[Recommender]] = {**PARTS, Hybrid.name: Hybrid}


class UnknownRecommender(LookupError):
    """A name that no recommender has; the message lists those there are."""


def kind(name: str) -> type[Recommender]:
    """Return the class called `name`. Raises UnknownRecommender."""
    try:
        return RECOMMENDERS[name]
    except KeyError:
        raise UnknownRecommender(
            f"There is no recommender called {name!r}. There are: {', '.join(RECOMMENDERS)}."
        ) from None


def create(name: str, **config: Any) -> Recommender:
    """Return an unfitted recommender with `config` in place of its defaults.

    Raises UnknownRecommender for a name, TypeError for a setting that does not exist.
    """
    recommender = kind(name)
    return recommender(recommender.Config(**config))


def load(folder: Path) -> Recommender:
    """Return the recommender that was saved in `folder`. Raises ArtifactError or UnknownRecommender."""
    _, facts = artifact.read(folder)
    return kind(str(facts.get("recommender"))).load(folder)
