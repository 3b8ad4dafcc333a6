"""What is known of films becomes named features."""

import numpy as np
import pytest
from scipy import sparse

from recommendations.data.features import film_features


def _of(row: int, **known: object) -> dict[str, float]:
    features, names = film_features(films=2, **known)
    dense = features.toarray()[row]
    return {name: float(value) for name, value in zip(names, dense, strict=True) if value}


def test_every_feature_has_a_name_that_says_what_it_is() -> None:
    assert _of(0, genres=[["Drama", "Crime"], ["Drama"]]) == {"genre:Drama": 1, "genre:Crime": 1}


def test_films_of_neighbouring_years_share_features() -> None:
    first, second = _of(0, years=[1994, 1995]), _of(1, years=[1994, 1995])
    assert first["year:1994"] == 1
    assert set(first) & set(second)
    assert _of(1, years=[1994, None]) == {}


def test_tags_differ_neither_by_case_nor_by_accents_and_count_by_their_logarithm() -> None:
    tags = _of(0, tags=[{"Noir": 2, "noir ": 1}, {"NOIR": 1, "alone": 1}])
    assert tags == {"tag:noir": pytest.approx(np.log1p(3))}


def test_only_words_that_titles_share_are_features() -> None:
    assert _of(0, titles=["The Godfather", "The Godfather: Part II"]) == {"title:godfather": 1}


def test_what_hardly_fits_a_film_is_left_out_of_its_genome() -> None:
    genome = sparse.csr_matrix(np.array([[0.9, 0.1], [np.nan, 0.5]], np.float32))
    known = {"genome": genome, "genome_names": ["mafia", "space"]}
    assert _of(0, **known) == {"genome:mafia": pytest.approx(0.9)}
    assert _of(1, **known) == {"genome:space": 0.5}


def test_nothing_known_makes_no_features() -> None:
    features, names = film_features(films=2)
    assert features.shape == (2, 0)
    assert names == ()


@pytest.mark.parametrize("broken", [{"titles": ["one"]}, {"genome": sparse.csr_matrix((2, 3)), "genome_names": []}])
def test_lists_of_another_length_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="films"):
        film_features(films=2, **broken)
