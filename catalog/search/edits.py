"""Counts typing errors: letters too many, missing, wrong, or swapped with their neighbour."""

import numpy as np
from numpy.typing import NDArray


def padded(
    letters: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return parts of `letters` as the rows of a matrix, filled up with zeros, and their lengths."""
    lengths = ends - starts
    columns = np.arange(lengths.max(initial=0))
    places = np.minimum(starts[:, None] + columns, max(len(letters) - 1, 0))
    return np.where(columns < lengths[:, None], letters[places], 0).astype(np.uint32), lengths


def edit_distances(
    typed: NDArray[np.uint32], titles: NDArray[np.uint32], lengths: NDArray[np.int64]
) -> NDArray[np.int16]:
    """Return how many errors lie between what was typed and each row of `titles`.

    Optimal string alignment (Damerau 1964): D[i, j] = min(D[i−1, j] + 1, D[i, j−1] + 1, D[i−1, j−1] + [aᵢ ≠ bⱼ]) and,
    where the last two letters are swapped, D[i−2, j−2] + 1. All titles at once, a letter of `typed` at a time;
    the run of missing letters, D[i, j−1] + 1, is the running minimum of D[i, j] − j. Time O(typed × titles).
    """
    columns = np.arange(titles.shape[1] + 1, dtype=np.int16)
    before = current = np.tile(columns, (len(titles), 1))
    for place, letter in enumerate(typed):
        following = current + 1
        following[:, 1:] = np.minimum(following[:, 1:], current[:, :-1] + (titles != letter))
        if place:
            is_swapped = (titles[:, 1:] == typed[place - 1]) & (titles[:, :-1] == letter)
            swapped = np.where(is_swapped, before[:, :-2] + 1, following[:, 2:])
            following[:, 2:] = np.minimum(following[:, 2:], swapped)
        before, current = current, np.minimum.accumulate(following - columns, axis=1) + columns
    distances: NDArray[np.int16] = current[np.arange(len(titles)), lengths]
    return distances
