"""Why a film is on a list: the person's own ratings, by their share in the model's own arithmetic."""

from collections.abc import Mapping, Sequence

import numpy as np

from catalog.models import Movie
from recommendations.algorithms import Recommender
from recommendations.data import IdMap
from recommendations.serving.history import History
from recommendations.serving.types import Reason

MOST = 3


def reasons(
    model: Recommender, history: History, ids: IdMap, movies: Sequence[int], *, most: int = MOST
) -> Mapping[int, tuple[Reason, ...]]:
    """Return up to `most` reasons for each film, strongest first, by the film's key.

    Only ratings at or above the person's own mean are named; a share is the part of one rating in all that spoke for
    the film: see `Recommender.reasons`.
    """
    row = history.row(ids)
    positions = ids.movie_ix(movies)
    if not (row.nnz and len(positions)):
        return {}
    found, parts = model.reasons(row, np.maximum(positions, 0), most)
    parts[positions < 0] = 0
    given = dict(zip(history.movies.tolist(), history.stars.tolist(), strict=True)) | dict.fromkeys(
        history.picked.tolist()
    )
    # A reason is a name; all that is known of its film would take as long to read as the list itself.
    named = Movie.objects.only("title", "year").in_bulk(ids.movies[np.unique(found[found >= 0])].tolist())
    return {
        movie: _named(ids.movies[found[place]].tolist(), given, parts[place].tolist(), named)
        for place, movie in enumerate(movies)
    }


def _named(
    keys: Sequence[int], given: Mapping[int, float | None], shares: Sequence[float], named: Mapping[int, Movie]
) -> tuple[Reason, ...]:
    found = zip(keys, shares, strict=True)
    return tuple(Reason(named[key], given[key], share) for key, share in found if share > 0 and key in named)
