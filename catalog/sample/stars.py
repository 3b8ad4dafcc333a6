"""How many stars people give: their own habits, how good the film is, how well it suits them, and a mood."""

import numpy as np
from numpy.typing import NDArray

from catalog.sample.people import People
from catalog.sample.taste_space import FilmSpace

MIDDLING = 2.59  # stars of an average film that neither suits nor annoys; people mostly rate what suits them
MATCH = 1.1  # stars for a good match
MOST_MATCH = 2.0  # beyond which love and hate hardly grow any more
MOOD = 0.4


def give_stars(
    people: People,
    films: FilmSpace,
    person: NDArray[np.int64],
    film: NDArray[np.int64],
    match: NDArray[np.float32],
    rng: np.random.Generator,
) -> NDArray[np.int8]:
    """Return the rating of each (person, film) in half stars, 1 to 10."""
    taste = MATCH * MOST_MATCH * np.tanh(match / MOST_MATCH)
    stars = MIDDLING + people.generosity[person] + films.quality[film] + taste
    stars += MOOD * rng.standard_normal(len(stars), dtype=np.float32)
    half_stars = np.where(people.whole_stars_only[person], 2 * np.rint(stars), np.rint(2 * stars))
    given: NDArray[np.int8] = np.clip(half_stars, 1, 10).astype(np.int8)
    return given
