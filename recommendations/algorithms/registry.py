"""Every recommender under its name. Adding one is a new file and a line here."""

from pathlib import Path
from typing import Any

from recommendations.algorithms.als import ALS
from recommendations.algorithms.base import Recommender
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.mf import MF
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.svd import SVD
from recommendations.algorithms.trending import Trending
from recommendations.algorithms.user_knn import UserKNN
from recommendations.data import arrays as artifact

RECOMMENDERS: dict[str, type[Recommender]] = {
    kind.name: kind for kind in (Popularity, Trending, ItemKNN, UserKNN, SVD, MF, ALS, EASE)
}


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
