"""Item-KNN: films are alike when the same people want more of them."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recommendations.algorithms.linear import Linear
from recommendations.algorithms.neighborhoods import film_neighborhoods, memory_bound
from recommendations.data.interactions import Positions, Scores, SideInformation
from recommendations.data.preferences import damped_by_activity, is_implicit, likings


@dataclass(frozen=True)
class ItemKNNConfig:
    """Settings of ItemKNN.

    Attributes:
        neighbors: how many most alike films each film speaks for.
        shrinkage: added below the fraction, in squared preferences; it keeps two obscure films with one fan in
            common from looking like twins.
        activity_damping: the power of their number of ratings that a person's preferences are divided by: whoever
            has seen everything says less about which films belong together.
        amplification: the power that likenesses are raised to, so that a few close films say more than many distant
            ones.
    """

    neighbors: int = 100
    shrinkage: float = 10.0
    activity_damping: float = 0.25
    amplification: float = 2.0


class ItemKNN(Linear):
    """Neighbourhood of films by shrunk cosine.

        sim_ij = (x_i · x_j) / (|x_i| |x_j| + s)
        score_ui = Σ_j p_uj sim_ji^a   over the films j that u rated

    with x_i everybody's preferences for film i, damped by their activity, s `shrinkage`, a `amplification`, and p_uj
    the person's own preferences (`data.preferences`). Only the `neighbors` largest positive sim_ji of each j are kept.

    Learned: `weights_` CSR float32, films × films; row j holds sim_ji^a of the films i that j speaks for.
    Time O(Σ_u n_u² + films²) to fit, O(n_u · neighbors) to score a history; memory O(ratings + films · neighbors).
    Source: Sarwar et al., WWW 2001; Deshpande and Karypis, TOIS 22(1), 2004.
    Shrinkage: Ferrari Dacrema et al., TOIS 39(2), 2021. Amplification and weights of people: Breese, Heckerman and
    Kadie, UAI 1998.
    """

    name = "item_knn"
    Config = ItemKNNConfig
    config: ItemKNNConfig

    def memory_bound(self, people: int, films: int, ratings: int) -> int:
        """Return what finding the neighbours of every film takes."""
        return memory_bound(films, ratings, self.config.neighbors) + self.small_bound(people, films, ratings)

    def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
        self.implicit_ = is_implicit(interactions)
        wanted = damped_by_activity(likings(interactions, implicit=self.implicit_), self.config.activity_damping)
        self.weights_ = film_neighborhoods(wanted, self.config.neighbors, self.config.shrinkage)
        self.weights_.data **= self.config.amplification

    def similar(self, movie_ix: int, n: int) -> tuple[Positions, Scores]:
        """Return the kept neighbours of a film and their likeness, 0 to 1."""
        row = self.weights_[[movie_ix]]
        order = np.argsort(-row.data, kind="stable")[:n]
        return row.indices[order].astype(np.int32), row.data[order] ** np.float32(1 / self.config.amplification)
