"""Under alternating least squares: a few steps of conjugate gradients for many rows, each a ridge regression."""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import compiled
from recommendations.data.interactions import Scores

# Of squared residuals: nothing is left to gain.
SOLVED = np.float32(1e-20)


@compiled
def descend(
    starts: NDArray[np.int64],
    columns: NDArray[np.uint32],
    values: Scores,
    features: Scores,
    gram: Scores,
    pull: Scores,
    steps: int,
    solutions: Scores,
    rated: Scores,
) -> None:
    """Take `steps` from each row of `solutions` towards the x of (gram + Σ_j f_j f_jᵀ) x = pull + Σ_j t_j f_j.

    In place. `rated` is space for the features of the longest row, which are gathered once: they are read in every
    step.
    """
    residual, direction, image = pull.copy(), pull.copy(), pull.copy()
    for row in range(starts.size - 1):
        part = slice(starts[row], starts[row + 1])
        own, solution = rated[: starts[row + 1] - starts[row]], solutions[row]
        for factor in range(pull.size):
            residual[factor] = pull[factor]
        gather(columns[part], values[part], features, own, residual)
        apply(gram, own, solution, image)
        left = np.float32(0)
        for factor in range(pull.size):
            residual[factor] -= image[factor]
            direction[factor] = residual[factor]
            left += residual[factor] * residual[factor]
        for _ in range(steps):
            if left < SOLVED:
                break
            apply(gram, own, direction, image)
            left = step(left, image, direction, residual, solution)


@compiled
def gather(columns: NDArray[np.uint32], values: Scores, features: Scores, rated: Scores, total: Scores) -> None:
    """Copy the features of a row's columns into `rated`, and add Σ_j t_j f_j to `total`."""
    for place in range(columns.size):
        feature, value, copy = features[columns[place]], values[place], rated[place]
        for factor in range(total.size):
            copy[factor] = feature[factor]
            total[factor] += value * feature[factor]


@compiled
def step(left: np.float32, image: Scores, direction: Scores, residual: Scores, solution: Scores) -> np.float32:
    """Go along `direction`, whose product with the matrix is `image`, turn it, and return the squared residual."""
    curvature, now = np.float32(0), np.float32(0)
    for factor in range(solution.size):
        curvature += direction[factor] * image[factor]
    length = left / curvature
    for factor in range(solution.size):
        solution[factor] += length * direction[factor]
        residual[factor] -= length * image[factor]
        now += residual[factor] * residual[factor]
    for factor in range(solution.size):
        direction[factor] = residual[factor] + now / left * direction[factor]
    return now


@compiled
def apply(gram: Scores, rated: Scores, vector: Scores, image: Scores) -> None:
    """Set `image` to (gram + Σ_j f_j f_jᵀ) `vector`, f_j being the rows of `rated`."""
    for factor in range(vector.size):
        total = np.float32(0)
        for other in range(vector.size):
            total += gram[factor, other] * vector[other]
        image[factor] = total
    for place in range(rated.shape[0]):
        feature, total = rated[place], np.float32(0)
        for factor in range(vector.size):
            total += feature[factor] * vector[factor]
        for factor in range(vector.size):
            image[factor] += total * feature[factor]
