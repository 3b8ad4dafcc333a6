"""Ratings made by the factor model's own rule, so that what can be foreseen and how exactly is known."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommendations.rating import PartsConfig, StarPredictorConfig

QUICK = StarPredictorConfig(PartsConfig(factors=3, samples=12), sweeps=60)


@dataclass(frozen=True)
class Drawn:
    """Ratings shown, ratings kept back, and each place's rating without noise."""

    shown: sparse.csr_matrix
    kept_back: sparse.csr_matrix
    truth: np.ndarray


def drawn(*, people: int = 150, films: int = 80, noise: float = 0.5, seed: int = 3) -> Drawn:
    """People and films of two hidden traits, rated with normal noise of a known width."""
    generator = np.random.default_rng(seed)
    traits = 0.45 * generator.normal(size=(people, 2)) @ generator.normal(size=(2, films))
    truth = 3.3 + traits + 0.4 * generator.normal(size=(people, 1)) + 0.4 * generator.normal(size=(1, films))
    stars = np.clip(truth + noise * generator.normal(size=truth.shape), 0.5, 5)
    lot = generator.random(truth.shape)
    return Drawn(_where(stars, lot < 0.4), _where(stars, (lot >= 0.4) & (lot < 0.6)), truth)


def _where(stars: np.ndarray, chosen: np.ndarray) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.where(chosen, stars, 0).astype(np.float32))
