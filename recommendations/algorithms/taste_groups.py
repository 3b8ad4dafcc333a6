"""Taste groups: well-known films sorted into a few kinds, so that newcomers can say what they like by picking some."""

import numpy as np
from numpy.typing import NDArray

from recommendations.data.interactions import Positions, Scores

_ROUNDS = 50


def taste_groups(features: Scores, *, groups: int = 6, shown: int = 4) -> Positions:
    """Return for each group the films that show it best, as rows of `features`: groups × shown, no film twice.

    `features` are films × anything, best known first: factors, or how alike films are. Spherical k-means on what
    tells films apart, with the first centres as far from each other as can be, so that the same films give the same
    groups. Shown are a group's films that point most its way; of these the better known ones, first.

    Raises ValueError for fewer films than are to be shown. Time O(films · groups · features) for each round.
    Source: Dhillon and Modha, Machine Learning 42, 2001; groups for newcomers: Chang, Harper and Terveen, CSCW 2015.
    """
    if len(features) < groups * shown:
        raise ValueError(f"{groups} groups of {shown} films cannot be made from {len(features)} films.")
    films = _unit(features - features.mean(axis=0))
    centres = _far_apart(films, groups)
    home = _nearest(films, centres)
    for _ in range(_ROUNDS):
        centres = _unit(np.stack([films[home == group].sum(axis=0) for group in range(groups)]))
        before, home = home, _nearest(films, centres)
        if (home == before).all():
            break
    return _shown(films, centres, home, shown)


def _unit(rows: Scores) -> Scores:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)


def _far_apart(films: Scores, groups: int) -> Scores:
    """Return the best known film, then each time the one that is least like all before it."""
    chosen = [0]
    while len(chosen) < groups:
        closest = (films @ films[chosen].T).max(axis=1)
        closest[chosen] = np.inf
        chosen.append(int(closest.argmin()))
    return films[chosen]


def _nearest(films: Scores, centres: Scores) -> NDArray[np.intp]:
    return np.asarray((films @ centres.T).argmax(axis=1))


def _shown(films: Scores, centres: Scores, home: NDArray[np.intp], shown: int) -> Positions:
    """Return each group's films; small groups choose first, and take from others what they lack."""
    likeness = films @ centres.T + 2 * (home[:, None] == np.arange(len(centres)))
    found = np.zeros((len(centres), shown), np.int32)
    for group in np.argsort(np.bincount(home, minlength=len(centres)), kind="stable").tolist():
        nearest = np.argsort(-likeness[:, group], kind="stable")[: 2 * shown]
        nearest = nearest[np.isfinite(likeness[nearest, group])]
        own = nearest[likeness[nearest, group] > 1]
        best = np.sort(own)[:shown] if len(own) >= shown else nearest[:shown]
        found[group] = np.sort(best)
        likeness[best] = -np.inf
    return found
