"""Which films are shown as like a film: what one model finds, in the order on which several agree."""

from collections.abc import Mapping

import numpy as np

from recommendations.algorithms.base import Recommender
from recommendations.algorithms.factored import Factored
from recommendations.algorithms.ranking import cosines
from recommendations.data.interactions import Positions, Scores

# Who finds them: the likenesses of item-KNN are the ones that people recognise.
FINDERS = ("item_knn", "ease", "als", "slim", "svd", "content", "user_knn", "mf", "trending", "popularity")
# Who has a say besides, by the same hidden traits and by the same genres, years and tags: of a film that few have
# rated the neighbours are mostly chance.
JUDGES = ("als", "content")
_FOUND = 100
_DAMPING = 20


def alike(models: Mapping[str, Recommender], movie_ix: int, n: int) -> tuple[Positions, Scores]:
    """Return at most `n` films that are like a film, most alike first, and how much, up to 1.

    The first of FINDERS that knows the film names _FOUND others. The likeness of each is the mean of k / (k + r) over
    its ranks r, from 0, with the finder and with the judges that know the film.
    Source: Cormack, Clarke and Büttcher, SIGIR 2009. Time O(_FOUND · factors) besides what the finder takes.
    """
    knowing = {name: model for name, model in models.items() if model.known_[movie_ix]}
    for name in FINDERS:
        if name not in knowing:
            continue
        found, likeness = knowing[name].similar(movie_ix, max(n, _FOUND))
        if len(found):
            judges = [knowing[judge] for judge in JUDGES if judge in knowing and judge != name]
            factors = [np.asarray(judge.films()) for judge in judges if isinstance(judge, Factored)]
            said = [cosines(films[found], films[movie_ix]) for films in factors]
            return _agreed(found, [likeness, *said], n)
    return np.empty(0, np.int32), np.empty(0, np.float32)


def _agreed(films: Positions, said: list[Scores], n: int) -> tuple[Positions, Scores]:
    points = np.zeros(len(films))
    for scores in said:
        ranks = np.empty(len(films))
        ranks[np.argsort(-scores, kind="stable")] = np.arange(len(films))
        points += _DAMPING / (_DAMPING + ranks) / len(said)
    best = np.argsort(-points, kind="stable")[:n]
    return films[best].astype(np.int32), points[best].astype(np.float32)
