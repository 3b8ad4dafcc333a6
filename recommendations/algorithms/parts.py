"""Under the hybrid: which recommenders it may blend, with which settings, and when one of them is left out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import sparse

from recommendations.algorithms.als import ALS
from recommendations.algorithms.base import Recommender
from recommendations.algorithms.content import Content
from recommendations.algorithms.ease import EASE
from recommendations.algorithms.item_knn import ItemKNN
from recommendations.algorithms.mf import MF
from recommendations.algorithms.popularity import Popularity
from recommendations.algorithms.slim import SLIM
from recommendations.algorithms.svd import SVD
from recommendations.algorithms.trending import Trending
from recommendations.algorithms.user_knn import UserKNN
from recommendations.data.interactions import SideInformation

PARTS: dict[str, type[Recommender]] = {
    kind.name: kind for kind in (Popularity, Trending, Content, ItemKNN, UserKNN, SVD, MF, ALS, EASE, SLIM)
}
# A coarse factorization errs elsewhere than a fine one, so the two together are better than either.
BLENDED: dict[str, type[Recommender]] = {**PARTS, "als_coarse": ALS}
# What many people saw foretells what the next one sees better than what is best rated.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "popularity": {"minimum_votes": 10**9},
    "als_coarse": {"factors": 24},
}
# Of more people user-KNN keeps so small a part that its neighbours are strangers, and asking them is slow.
_MOST_PEOPLE = 20_000


class OverBudget(str):
    """Why a part is left out that other settings would let in."""

    __slots__ = ()


def new_part(name: str, settings: Mapping[str, Any], memory: int | None) -> Recommender:
    """Return the unfitted part called `name` with `settings` of its own, small enough for `memory` bytes."""
    chosen = {**SETTINGS.get(name, {}), **settings}
    config = BLENDED[name].Config(**chosen)
    if name == "ease" and memory is not None:
        config = BLENDED[name].Config(**chosen | {"memory": min(config.memory, memory // 4)})
    return BLENDED[name](config)


def why_not(
    part: Recommender, name: str, interactions: sparse.csr_matrix, side: SideInformation, memory: int | None
) -> str:
    """Return why a part is left out, or nothing."""
    needed = part.memory_bound(*interactions.shape, interactions.nnz)
    if memory is not None and needed > memory:
        return OverBudget(f"It may take {needed / 1024**3:.1f} GB of memory.")
    if name == "trending" and side.times is None:
        return "It is known of no rating when it was given."
    if name == "content" and (side.film_features is None or not side.film_features.nnz):
        return "Nothing is known of the films."
    if name == "user_knn" and np.count_nonzero(np.diff(interactions.indptr)) > _MOST_PEOPLE:
        return f"There are more than {_MOST_PEOPLE:,} people, too many to be compared with."
    return ""


def refusal(left_out: Mapping[str, str]) -> MemoryError | ValueError:
    """Return the sentence about a hybrid whose parts are all left out, from why each of them is."""
    reasons = dict.fromkeys(left_out.values())
    kind = MemoryError if any(isinstance(reason, OverBudget) for reason in reasons) else ValueError
    return kind(f"No part of the hybrid can be fitted. {' '.join(reasons)}")
