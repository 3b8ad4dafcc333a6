"""Films like a film: found by one model, put in order by several."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from recommendations.algorithms.alike import alike
from recommendations.algorithms.base import Recommender
from recommendations.algorithms.svd import SVD

FILMS = 6


def judge(factors: Any, *, known: bool = True) -> Recommender:
    """Return a model of given film factors."""
    model = SVD()
    model.known_, model.film_factors_ = np.full(FILMS, known), np.array(factors, np.float32)
    return model


def finder(*films: int, known: bool = True) -> Recommender:
    found = np.array(films, np.int32), np.linspace(0.9, 0.1, len(films), dtype=np.float32)
    similar = lambda movie_ix, n: (found[0][:n], found[1][:n])  # noqa: E731
    return cast("Recommender", SimpleNamespace(known_=np.full(FILMS, known), similar=similar))


def test_where_nobody_else_knows_the_film_the_finders_order_holds() -> None:
    films, likeness = alike({"item_knn": finder(4, 2, 5), "als": judge(np.eye(FILMS), known=False)}, 0, 2)
    assert films.tolist() == [4, 2]
    assert likeness[0] == 1 > likeness[1] > 0


def test_a_film_that_all_agree_on_comes_before_the_finders_first() -> None:
    factors = [[1, 0], [0, 0], [1, 0.1], [0, 0], [0, 1], [0.2, 1]]
    films, _ = alike({"item_knn": finder(4, 2, 5), "als": judge(factors), "content": judge(factors)}, 0, 3)
    assert films[0] == 2
    assert sorted(films.tolist()) == [2, 4, 5]


def test_the_next_one_finds_where_the_first_does_not_know_the_film() -> None:
    models = {"item_knn": finder(1, known=False), "ease": finder(), "user_knn": finder(3, 1)}
    assert alike(models, 0, 5)[0].tolist() == [3, 1]


def test_nobody_finds_nothing() -> None:
    films, likeness = alike({"item_knn": finder(known=False)}, 0, 5)
    assert (len(films), len(likeness)) == (0, 0)
