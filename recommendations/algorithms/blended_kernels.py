"""Under the blended lists: sums over what somebody has seen, and sparse parts added to dense totals."""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import compiled
from recommendations.data.interactions import Positions, Scores

Starts = NDArray[np.int64]


@compiled
def seen_moments(starts: Starts, seen: Positions, people: Scores, films: Scores) -> NDArray[np.float64]:
    """Return Σ s and Σ s² of each row's scores s = people · films at the films it has seen: rows × 2."""
    moments = np.zeros((starts.size - 1, 2))
    for row in range(starts.size - 1):
        person = people[row]
        for entry in range(starts[row], starts[row + 1]):
            film, score = films[seen[entry]], np.float32(0)
            for factor in range(person.size):
                score += person[factor] * film[factor]
            moments[row, 0] += score
            moments[row, 1] += score * score
    return moments


@compiled
def add_linear(
    starts: Starts,
    rated: Positions,
    wanted: Scores,
    weight_starts: Starts,
    weight_films: Positions,
    weights: Scores,
    seen_starts: Starts,
    seen: Positions,
    says: Scores,
    shares: Scores,
    same: float,
    totals: Scores,
) -> None:
    """Add to `totals` (rows × films) each row's `wanted` @ `weights`, standardised, times its share in the blend.

    `says` is 1 for films that the part knows, 0 for the others, to which nothing is added. Means and deviations are
    those of unseen films; variances below the part `same` of the mean square are what rounding leaves of none.
    """
    scores = np.zeros(totals.shape[1], np.float32)
    for row in range(starts.size - 1):
        if shares[row] == 0:
            continue
        scores[:] = 0
        for entry in range(starts[row], starts[row + 1]):
            film, value = rated[entry], wanted[entry]
            for place in range(weight_starts[film], weight_starts[film + 1]):
                scores[weight_films[place]] += value * weights[place]
        total, squares = np.float64(0), np.float64(0)
        for film in range(scores.size):
            total += scores[film]
            squares += scores[film] * scores[film]
        for entry in range(seen_starts[row], seen_starts[row + 1]):
            total -= scores[seen[entry]]
            squares -= scores[seen[entry]] * scores[seen[entry]]
        unseen = max(1, scores.size - (seen_starts[row + 1] - seen_starts[row]))
        mean = total / unseen
        variance = squares / unseen - mean * mean
        if variance > same * squares / unseen:
            scale, shift = np.float32(shares[row] / np.sqrt(variance)), np.float32(mean)
            own = totals[row]
            for film in range(scores.size):
                own[film] += says[film] * scale * (scores[film] - shift)
