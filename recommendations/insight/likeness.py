"""How alike two people's stars are: arithmetic on the films that both have rated, without a database."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.data.interactions import Ids

ENOUGH_FILMS = 5
# A correlation of few films is mostly chance: it counts as if so many films without any had been rated too.
CAUTION = 10


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike somebody's stars are to one's own.

    Attributes:
        films: how many films both have rated.
        percent: 100 where stars always go up and down together, 0 where they go opposite ways, 50 at chance.
    """

    films: int
    percent: int


def likenesses(people: Ids, own: NDArray[np.float64], theirs: NDArray[np.float64]) -> dict[int, Likeness]:
    """Return the likeness of each person who has rated at least ENOUGH_FILMS of the same films.

        percent = 50 + 50 · r · n / (n + CAUTION)

    with r Pearson's correlation over the n common films; 0 where one of both gives everything the same stars. The
    arguments have an entry for each rating in common: whose it is, the own stars and theirs. Linear in the entries.
    """
    who, rows, films = np.unique(people, return_inverse=True, return_counts=True)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(rows, weights=values, minlength=len(who)).astype(np.float64)

    # Centred before they are multiplied, so that nothing is lost in differences of large sums.
    a, b = own - (total(own) / films)[rows], theirs - (total(theirs) / films)[rows]
    spread = np.sqrt(total(a * a) * total(b * b))
    correlation = np.where(spread > 1e-9, total(a * b) / np.maximum(spread, 1e-9), 0)
    percent = np.rint(50 + 50 * np.clip(correlation, -1, 1) * films / (films + CAUTION)).astype(int)
    found = zip(who.tolist(), films.tolist(), percent.tolist(), strict=True)
    return {person: Likeness(number, said) for person, number, said in found if number >= ENOUGH_FILMS}
