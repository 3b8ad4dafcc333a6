"""Inside the Gibbs sampler: the four loops over ratings and features that take its time.

A column is one number of every row of a side: everybody's offset, or everybody's third factor. `starts`, `others`
and `places` are that side's ratings, row by row: whose of the other side, and where its error stands.
"""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import compiled
from recommendations.data.interactions import Scores

Values = NDArray[np.float64]
Index = NDArray[np.int32] | NDArray[np.int64]


@compiled
def statistics(
    starts: Index, others: Index, places: Index, errors: Scores, other: Values, other_weight: Values
) -> tuple[Values, Values]:
    """Return for each row u: Σ w x² and Σ w x e over its ratings, x being the other side's column. O(ratings)."""
    rows = starts.size - 1
    information, score = np.zeros(rows), np.zeros(rows)
    for row in range(rows):
        for entry in range(starts[row], starts[row + 1]):
            x = other[others[entry]]
            weighted = other_weight[others[entry]] * x
            information[row] += weighted * x
            score[row] += weighted * errors[places[entry]]
    return information, score


@compiled
def draw_effects(
    starts: Index,
    rows: Index,
    values: Scores,
    effects: Values,
    precision: float,
    noise: Values,
    information: Values,
    score: Values,
    change: Values,
) -> None:
    """Draw the effect of each feature from its conditional, N(m, 1 / p), one after the other, in place.

        p_f = precision + Σ_u x_uf² information_u,   m_f = (Σ_u x_uf score_u + (p_f - precision) effect_f) / p_f

    `starts`, `rows` and `values` are the features by column. `score` and `change`, what was added to each row, are
    kept up to date. O(entries of the features), which never touches a rating.
    """
    for feature in range(starts.size - 1):
        p, s = precision, 0.0
        for entry in range(starts[feature], starts[feature + 1]):
            x, row = values[entry], rows[entry]
            p += x * x * information[row]
            s += x * score[row]
        s += (p - precision) * effects[feature]
        moved = s / p + noise[feature] / np.sqrt(p) - effects[feature]
        effects[feature] += moved
        for entry in range(starts[feature], starts[feature + 1]):
            x, row = values[entry], rows[entry]
            score[row] -= x * information[row] * moved
            change[row] += x * moved


@compiled
def subtract(starts: Index, others: Index, places: Index, errors: Scores, other: Values, change: Values) -> None:
    """Take from each rating's error what its row's change explains, in place. O(ratings)."""
    for row in range(starts.size - 1):
        for entry in range(starts[row], starts[row + 1]):
            errors[places[entry]] -= change[row] * other[others[entry]]
