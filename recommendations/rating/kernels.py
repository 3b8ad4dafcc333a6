"""Inside the Gibbs sampler: the three loops over ratings and features that take its time."""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import compiled
from recommendations.data.interactions import Scores

Values = NDArray[np.float64]
Index = NDArray[np.int32] | NDArray[np.int64]

# Ratings that are looked at together, so that sums over them run through the nearest cache.
TOGETHER = 256


@compiled
def draw_rows(
    starts: Index,
    others: Index,
    values: Scores,
    other: Scores,
    roots: Scores,
    expected: Scores,
    precision: Values,
    noise_precision: float,
    consistency: float,
    chances: Values,
    normal: Scores,
    drawn: Scores,
    weights: Values,
    squares: Values,
    information: Scores,
    score: Scores,
) -> None:
    """Draw everything about each row u of one side, (o_u, p_u) together, from its conditional, in place.

        e_un = r_un - b_n - o_u - q_n · p_u,   w_u = chance_u / ((ν + α Σ_n v_n e_un²) / 2)
        A = diag(precision) + α w_u Σ_n v_n z_n z_nᵀ,   (o_u, p_u) ~ N(A⁻¹ (diag(precision) expected_u
            + α w_u Σ_n v_n z_n (r_un - b_n)), A⁻¹)                    z_n: (1, q_n) of each n that u has to do with

    The side's ratings are `values`, row by row, of `others`, whose own (b_n, q_n) are in `other`, others × columns,
    and whose √v_n in `roots`. α is `noise_precision`, ν `consistency`. Of `drawn`, `expected` and `normal`, rows ×
    columns, the first is overwritten, as are `weights`, w_u, where there are any `chances`, and `squares`,
    Σ_n v_n e_un² after it. What `move_effects` asks for, α w_u Σ_n v_n z_n z_nᵀ and α w_u Σ_n v_n z_n e_un, is left
    in `information` and `score`, where there are any. Time O(ratings · columns² + rows · columns³).
    """
    columns = other.shape[1]
    gathered = np.empty((columns + 1, TOGETHER), np.float32)
    moments = np.empty((columns + 1, columns + 1))
    root, solution = np.empty((columns, columns)), np.empty(columns)
    for row in range(starts.size - 1):
        _sum_moments(starts[row], starts[row + 1], others, values, other, roots, gathered, moments)
        if chances.size:
            left = _squares_left(moments, drawn[row])
            weights[row] = chances[row] / ((consistency + noise_precision * left) / 2)
        own = noise_precision * weights[row]
        _factorize(moments, own, precision, root)
        for column in range(columns):
            solution[column] = precision[column] * expected[row, column] + own * moments[columns, column]
            for before in range(column):
                solution[column] -= root[column, before] * solution[before]
            solution[column] /= root[column, column]
        for step in range(columns):
            column = columns - 1 - step
            moved = solution[column] + normal[row, column]
            for after in range(column + 1, columns):
                moved -= root[after, column] * solution[after]
            solution[column] = moved / root[column, column]
        for column in range(columns):
            drawn[row, column] = solution[column]
        squares[row] = _squares_left(moments, drawn[row])
        if score.size:
            _tell(moments, own, drawn[row], information[row], score[row])


@compiled
def _sum_moments(
    first: int,
    last: int,
    others: Index,
    values: Scores,
    other: Scores,
    roots: Scores,
    gathered: Scores,
    moments: Values,
) -> None:
    """Sum the products of all pairs of 1, q_n and, in the last row, r_n - b_n, weighted: the lower triangle."""
    columns = other.shape[1]
    moments[:] = 0
    for begin in range(first, last, TOGETHER):
        count = min(TOGETHER, last - begin)
        for entry in range(count):
            who = others[begin + entry]
            root = roots[who]
            gathered[0, entry] = root
            for column in range(1, columns):
                gathered[column, entry] = root * other[who, column]
            gathered[columns, entry] = root * (values[begin + entry] - other[who, 0])
        for one in range(columns + 1):
            for two in range(one + 1):
                total = np.float32(0)
                for entry in range(count):
                    total += gathered[one, entry] * gathered[two, entry]
                moments[one, two] += total


@compiled
def _squares_left(moments: Values, drawn: Scores) -> float:
    """Return the weighted sum of squares of what `drawn` leaves of the ratings."""
    columns = drawn.size
    left = moments[columns, columns]
    for one in range(columns):
        reach = moments[one, one] * drawn[one] - 2 * moments[columns, one]
        for two in range(one):
            reach += 2 * moments[one, two] * drawn[two]
        left += reach * drawn[one]
    return float(max(left, 0.0))


@compiled
def _tell(moments: Values, weight: float, drawn: Scores, information: Scores, score: Scores) -> None:
    """Write what a row's ratings say: how much of each pair of columns, and which way from `drawn`."""
    columns = drawn.size
    for one in range(columns):
        left = moments[columns, one]
        for two in range(columns):
            both = moments[max(one, two), min(one, two)]
            information[one, two] = weight * both
            left -= both * drawn[two]
        score[one] = weight * left


@compiled
def _factorize(moments: Values, weight: float, precision: Values, root: Values) -> None:
    """Write the Cholesky factor of diag(precision) + weight · moments into the lower triangle of `root`."""
    for row in range(precision.size):
        for column in range(row + 1):
            value = weight * moments[row, column]
            if row == column:
                value += precision[row]
            for before in range(column):
                value -= root[row, before] * root[column, before]
            root[row, column] = np.sqrt(value) if row == column else value / root[column, column]


@compiled
def draw_effects(
    starts: Index,
    rows: Index,
    values: Scores,
    effects: Scores,
    precision: Values,
    own_precision: Values,
    normal: Scores,
    left: Scores,
) -> None:
    """Draw the effects of each feature on all columns from their conditional, N(m, 1 / p), in place, in turn.

        p_f = precision + own_precision Σ_u x_uf²,   m_f = own_precision Σ_u x_uf (left_u + x_uf effect_f) / p_f

    `starts`, `rows` and `values` are the features, one after the other; `effects` and `normal` features × columns.
    `left`, rows × columns, is what no feature explains of each row, and kept up to date. Time O(entries · columns),
    which never touches a rating.
    """
    columns = effects.shape[1]
    sums = np.empty(columns, np.float32)
    for feature in range(starts.size - 1):
        square = np.float32(0)
        sums[:] = 0
        for entry in range(starts[feature], starts[feature + 1]):
            x, row = values[entry], rows[entry]
            square += x * x
            for column in range(columns):
                sums[column] += x * left[row, column]
        for column in range(columns):
            before, own = effects[feature, column], own_precision[column]
            p = precision[column] + own * square
            drawn = own * (sums[column] + square * before) / p + normal[feature, column] / np.sqrt(p)
            effects[feature, column] = drawn
            sums[column] = drawn - before
        for entry in range(starts[feature], starts[feature + 1]):
            x, row = values[entry], rows[entry]
            for column in range(columns):
                left[row, column] -= x * sums[column]


@compiled
def move_effects(
    starts: Index,
    rows: Index,
    values: Scores,
    effects: Scores,
    column: int,
    precision: float,
    normal: Scores,
    information: Scores,
    score: Scores,
    change: Scores,
) -> None:
    """Draw the effects of each feature on one column once more, while what they do not explain moves along.

        p_f = precision + Σ_u x_uf² information_u,   m_f = (Σ_u x_uf score_u + (p_f - precision) effect_f) / p_f

    As `draw_effects`, but given each row's own part and what its ratings say: `information`, rows, and `score`, which
    is kept up to date, as is `change`, what was added to each row. Time O(entries).
    """
    for feature in range(starts.size - 1):
        p, s = precision, 0.0
        for entry in range(starts[feature], starts[feature + 1]):
            x, row = values[entry], rows[entry]
            p += x * x * information[row]
            s += x * score[row]
        before = effects[feature, column]
        drawn = (s + (p - precision) * before) / p + normal[feature] / np.sqrt(p)
        effects[feature, column] = drawn
        for entry in range(starts[feature], starts[feature + 1]):
            x, row = values[entry], rows[entry]
            score[row] -= x * information[row] * (drawn - before)
            change[row] += x * (drawn - before)
