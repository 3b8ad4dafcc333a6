"""Between side information and the factor model: what is known of films, in groups that are learned apart."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Scores, SideInformation

FEWEST_FILMS = 3


def film_features(side: SideInformation, most: int) -> list[sparse.csc_matrix]:
    """Return one matrix, films × features, for each group of film features.

    A feature called "year:1994" is of the group "year"; those without a colon are one group. In each group a film's
    features are scaled to length one, so that a film of five genres is no further from the average than a film of
    one. Features of fewer than three films teach nothing and are left out, and so are the rarest ones where a group
    has more than `most` entries, so that a dense one cannot cost more than the ratings do.
    """
    if side.film_features is None:
        return []
    groups = _groups(side.film_feature_names, side.film_features.shape[1])
    chosen = [_frequent(side.film_features[:, columns].tocsc(), most) for columns in groups]
    return [_unit_rows(group) for group in chosen if group.nnz]


def inverse_root(counts: NDArray[np.int64]) -> Scores:
    """Return 1 / √count, and 1 for a count of zero: the scale of implicit feedback."""
    scale: Scores = (1 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)
    return scale


def _groups(names: Sequence[str], columns: int) -> list[list[int]]:
    found: dict[str, list[int]] = {}
    for column in range(columns):
        name = names[column] if column < len(names) else ""
        found.setdefault(name.partition(":")[0] if ":" in name else "", []).append(column)
    return list(found.values())


def _frequent(features: sparse.csc_matrix, most: int) -> sparse.csc_matrix:
    counts = np.diff(features.indptr)
    order = np.argsort(-counts, kind="stable")
    fits = (np.cumsum(counts[order]) <= most) & (counts[order] >= FEWEST_FILMS)
    return sparse.csc_matrix(features[:, np.sort(order[fits])], dtype=np.float32)


def _unit_rows(features: sparse.csc_matrix) -> sparse.csc_matrix:
    lengths = np.sqrt(np.asarray(features.multiply(features).sum(axis=1), np.float64)).ravel()
    scale = 1 / np.maximum(lengths, np.finfo(np.float32).tiny)
    return sparse.csc_matrix(sparse.diags_array(scale) @ features, dtype=np.float32)
