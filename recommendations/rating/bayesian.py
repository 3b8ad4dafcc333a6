"""The factor model as it is asked: what samples of the films say about a person whose ratings are given."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.data.interactions import Scores
from recommendations.data.recent import OfRecentHistories

Values = NDArray[np.float64]

_NOISE_STEPS = 4
_BLOCK_VALUES = 8 * 1024**2
# One of them takes 100 to 200 KB.
_MOST_RECENT = 16


@dataclass(frozen=True)
class FactorSamples:
    """Draws of everything about films from the posterior: S samples, K factors, D = K + 1 (an offset goes first).

    Attributes:
        films: films × S × D, float32: a film's bias and its factors.
        choices: films × S × D, float32: what having rated a film, whatever the stars, says of a person.
        prior_mean: S × D: of a person's offset and factors before any rating.
        prior_precision: S × D: one over the variance around it.
        choice_mean: S × D: what choices say of the average person.
        choice_variance: S × D: and how much that differs among people.
        enough: 1: with fewer ratings than this hardly anybody was learned from, so choices say less; float64.
        noise_precision: S: one over the variance of an ordinary person's rating around what the model expects.
        consistency: ν, how many ratings everybody's own precision starts with at the ordinary one; S.
    """

    films: Scores
    choices: Scores
    prior_mean: Values
    prior_precision: Values
    choice_mean: Values
    choice_variance: Values
    enough: Values
    noise_precision: Values
    consistency: Values


@dataclass(frozen=True)
class _Person:
    """One person's posterior in each sample: mean S × D, covariance S × D × D, precision of a rating S."""

    mean: Values
    covariance: Values
    precision: Values


class BayesianFactors:
    """Bayesian matrix factorization with implicit feedback, folded in for whoever asks.

        r_ui = o_u + b_i + p_u · q_i + ε_ui,   ε_ui ~ N(0, 1 / (α w_u)),   w_u ~ Gamma(ν/2, ν/2)
        (o_u, p_u) ~ N(m + |N_u|^-½ Σ_{j ∈ N_u} y_j, Λ⁻¹)              N_u: the films that u has rated
        (b_i, q_i) ~ N(m' + |R_i|^-½ Σ_{v ∈ R_i} z_v + F_i g, Λ'⁻¹)    R_i: who has rated i; F_i: genres, years

    `gibbs.sample` draws everything. Here a person's (o_u, p_u) and w_u are worked out from a history: for each sample
    of the films the posterior mean is a ridge regression of D unknowns, and w_u, whether somebody is consistent or
    moody, follows from its residuals in a few steps of expectation and maximization. The prediction is the mean over
    samples; its variance adds noise, what is not known of the person, and the disagreement of the samples. Nobody's
    own parameters are kept, so people seen in training and new ones are treated alike.

    Ratings are centered and scaled, see `stars`. Time for a person with n ratings and M films O(S (n + M) D²);
    memory O(S (n + M) D).
    Sources: Salakhutdinov and Mnih, ICML 2008 (the sampler); Koren, KDD 2008 (implicit feedback); Rendle, Zhang and
    Koren, arXiv 1905.01395 (both together, in both directions); Lakshminarayanan et al., AISTATS 2011 (own noise).
    """

    def __init__(self, samples: FactorSamples) -> None:
        self.samples = samples
        self._recent: OfRecentHistories[_Person] = OfRecentHistories(_MOST_RECENT)

    def predict(self, histories: sparse.csr_matrix, movie_ix: Any) -> tuple[Values, Values]:
        """Return means and variances of `histories`' owners' ratings: both rows × len(movie_ix), float64."""
        means, variances = np.zeros((2, histories.shape[0], len(movie_ix)))
        if histories.shape[0] == 1:
            people = [self._recent.of(histories, lambda: self._fold_in(histories, 0))]
        else:
            people = [self._fold_in(histories, row) for row in range(histories.shape[0])]
        for part in _blocks(len(movie_ix), self.samples.films.shape[1:]):
            films = self._films(movie_ix[part])
            for row, person in enumerate(people):
                means[row, part], variances[row, part] = _predict(person, *films)
        return means, variances

    def _films(self, movie_ix: Any) -> tuple[Values, Values]:
        """Return biases, S × M, and factors with a one in front for the offset, S × M × D."""
        films = np.ascontiguousarray(self.samples.films[movie_ix].transpose(1, 0, 2), np.float64)
        bias = films[:, :, 0].copy()
        films[:, :, 0] = 1
        return bias, films

    def _fold_in(self, histories: sparse.csr_matrix, row: int) -> _Person:
        places = slice(histories.indptr[row], histories.indptr[row + 1])
        rated = histories.indices[places]
        prior, precision = self._prior(rated)
        bias, films = self._films(rated)
        left = histories.data[places] - bias - np.matmul(films, prior[:, :, None])[:, :, 0]
        return self._posterior(prior, precision, films, left)

    def _prior(self, rated: Any) -> tuple[Values, Values]:
        """Return mean and precision of a person who has rated these films, before looking at the stars: S × D.

        With fewer ratings than people had who were learned from, choices count in proportion, and what more of them
        would say is as uncertain as people are different.
        """
        kept = self.samples
        share = min(1.0, len(rated) / float(kept.enough[0]))
        said = kept.choices[rated].sum(axis=0, dtype=np.float64) / np.sqrt(max(len(rated), 1))
        mean = kept.prior_mean + kept.choice_mean + share * (said - kept.choice_mean)
        return mean, 1 / (1 / kept.prior_precision + (1 - share**2) * kept.choice_variance)

    def _posterior(self, prior: Values, prior_precision: Values, films: Values, left: Values) -> _Person:
        """Return what follows from `left`, S × n: what the prior does not explain of n ratings of `films`."""
        kept, count = self.samples, left.shape[1]
        information = films.transpose(0, 2, 1) @ films
        score = (films.transpose(0, 2, 1) @ left[:, :, None])[:, :, 0]
        squares = (left**2).sum(axis=1)
        precision = kept.noise_precision
        for _ in range(_NOISE_STEPS):
            inverse = np.linalg.inv(
                information * precision[:, None, None] + np.eye(prior.shape[1]) * prior_precision[:, None, :]
            )
            moved = (inverse @ (score * precision[:, None])[:, :, None])[:, :, 0]
            residual = squares - 2 * (moved * score).sum(axis=1) + np.einsum("sd,sde,se->s", moved, information, moved)
            residual = np.maximum(residual, 0) + np.einsum("sde,sed->s", inverse, information)
            own = (kept.consistency + count) / (kept.consistency + kept.noise_precision * residual)
            precision = kept.noise_precision * own
        return _Person(prior + moved, inverse.astype(np.float64), precision)


def _predict(person: _Person, bias: Values, films: Values) -> tuple[Values, Values]:
    each = bias + np.matmul(films, person.mean[:, :, None])[:, :, 0]
    unknown = (np.matmul(films, person.covariance) * films).sum(axis=2).mean(axis=0)
    return each.mean(axis=0), unknown + each.var(axis=0) + (1 / person.precision).mean()


def _blocks(films: int, each: tuple[int, ...]) -> Iterator[slice]:
    """Yield slices of films whose factors in all samples stay below _BLOCK_VALUES numbers."""
    step = max(1, _BLOCK_VALUES // int(np.prod(each)))
    for start in range(0, films, step):
        yield slice(start, start + step)
