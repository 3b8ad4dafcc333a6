"""Small matrices of ratings whose structure is known."""

import numpy as np
from scipy import sparse


def checkerboard(size: int = 20) -> sparse.csr_matrix:
    """People like the films of their own colour, and the first one has not seen one of them."""
    people, films = np.indices((size, size))
    stars = np.where((people + films) % 2 == 0, 5.0, 0.0).astype(np.float32)
    stars[0, 0] = 0
    return sparse.csr_matrix(stars)


def two_tastes(people: int = 60, films: int = 40, seed: int = 1) -> sparse.csr_matrix:
    """Half of the people love the first half of the films and dislike the rest, the other half the other way round."""
    generator = np.random.default_rng(seed)
    taste = np.arange(people)[:, None] < people // 2
    kind = np.arange(films)[None, :] < films // 2
    stars = np.where(
        taste == kind, generator.choice([4, 4.5, 5], (people, films)), generator.choice([0.5, 1, 2], (people, films))
    )
    stars[generator.random((people, films)) < 0.5] = 0
    return sparse.csr_matrix(stars.astype(np.float32))


def kinds(films: int) -> sparse.csr_matrix:
    """Features of the films of `two_tastes`: which half they belong to."""
    second = np.arange(films) >= films // 2
    return sparse.csr_matrix(np.stack([~second, second], axis=1).astype(np.float32))


def history(films: int, stars: dict[int, float]) -> sparse.csr_matrix:
    """One person's ratings as a matrix of one row."""
    row = np.zeros((1, films), np.float32)
    for film, given in stars.items():
        row[0, film] = given
    return sparse.csr_matrix(row)
