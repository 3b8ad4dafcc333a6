"""Films to bring ratings of, and a short way to bring some."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.importing import store
from accounts.importing.parse import Scale, read
from accounts.importing.pending import Pending
from accounts.importing.plan import Choices
from accounts.models import RatingImport, random_token
from catalog.models import Movie, Numbering, Rater
from tests.films import NOON, film

Bring = Callable[..., RatingImport]


def numbered(movie: Movie, numbering: Numbering, number: int) -> Movie:
    """Return a film that has another number now."""
    movie.numbering, movie.number = numbering, number
    movie.save()
    return movie


@pytest.fixture
def heat(db: None) -> Movie:
    """A film that MovieLens numbers, with its ids elsewhere."""
    return numbered(film("Heat (1995)", imdb_id=113277, tmdb_id=949), Numbering.MOVIELENS, 6)


@pytest.fixture
def up(db: None) -> Movie:
    """A film without ids."""
    return film("Up (2009)")


@pytest.fixture
def bring() -> Bring:
    """Bring a file's ratings, all in one."""

    def bring(rater: Rater, content: str | bytes, name: str = "ratings.csv", **choices: Any) -> RatingImport:
        brought = read(name, content.encode() if isinstance(content, str) else content)
        chosen = Choices(**{"scale": Scale(brought.scale)} | choices)
        pending = Pending(choices.get("token", random_token()), name, brought, chosen)
        return store.apply(rater=rater, pending=pending, at=NOON)

    return bring
