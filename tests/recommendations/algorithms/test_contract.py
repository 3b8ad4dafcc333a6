"""What every recommender must do, whichever it is."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recommendations.algorithms import Recommender, registry
from recommendations.algorithms.ranking import BLOCK_BYTES
from recommendations.data import InvalidInteractions, SideInformation
from recommendations.data.arrays import ArtifactError
from tests.recommendations.matrices import checkerboard, history, kinds, two_tastes

NAMES = sorted(registry.RECOMMENDERS)
PERSONAL = [name for name in NAMES if registry.RECOMMENDERS[name].personal]
# What has something to say to somebody of whom nothing is known.
POPULAR = {"popularity", "trending", "hybrid"}
ADDITIVE = [name for name in PERSONAL if registry.RECOMMENDERS[name].additive]
FILMS = 40


@pytest.fixture(scope="module", params=NAMES)
def model(request: pytest.FixtureRequest) -> Recommender:
    return registry.create(request.param).fit(two_tastes(films=FILMS))


@pytest.fixture(scope="module", params=PERSONAL)
def personal(request: pytest.FixtureRequest) -> Recommender:
    return registry.create(request.param).fit(two_tastes(films=FILMS))


@pytest.mark.parametrize("name", PERSONAL)
def test_the_withheld_square_of_a_checkerboard_is_found(name: str) -> None:
    board = checkerboard()
    model = registry.create(name).fit(board)
    positions, _ = model.recommend(board[:1], 1)
    assert positions[0, 0] == 0


@pytest.mark.parametrize("name", PERSONAL)
def test_similar_films_on_a_checkerboard_have_the_same_color(name: str) -> None:
    model = registry.create(name).fit(checkerboard())
    positions, _ = model.similar(3, 5)
    assert len(positions)
    assert (positions % 2 == 1).all()


def test_scores_are_finite_float32_of_rows_by_films(model: Recommender) -> None:
    scores = model.score(two_tastes(films=FILMS)[:7])
    assert scores.shape == (7, FILMS)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


def test_many_at_once_are_scored_like_one_at_a_time(model: Recommender) -> None:
    histories = two_tastes(films=FILMS, seed=2)[:9]
    one_by_one = np.vstack([model.score(histories[[row]]) for row in range(9)])
    np.testing.assert_allclose(model.score(histories), one_by_one, rtol=1e-4, atol=1e-4)


def test_lists_are_best_first_without_what_was_seen(model: Recommender) -> None:
    histories = two_tastes(films=FILMS)
    positions, scores = model.recommend(histories, 10)
    assert positions.dtype == np.int32
    assert (np.diff(scores, axis=1) <= 0).all()
    for row, listed in enumerate(positions):
        films = listed[listed >= 0]
        assert len(set(films)) == len(films)
        assert not set(films) & set(histories[[row]].indices)


def test_what_was_seen_can_be_listed_again(model: Recommender) -> None:
    histories = two_tastes(films=FILMS)[:1]
    positions, _ = model.recommend(histories, FILMS, exclude_seen=False)
    assert set(positions[0]) & set(histories.indices)


def test_an_empty_history_gets_a_shorter_or_a_popular_list(model: Recommender) -> None:
    assert np.isfinite(model.score(history(FILMS, {}))).all()
    positions, _ = model.recommend(history(FILMS, {}), 5)
    assert positions.shape == (1, 5)
    assert (positions >= 0).all() or model.name not in POPULAR


def test_a_single_rating_is_enough(personal: Recommender) -> None:
    positions, _ = personal.recommend(history(FILMS, {0: 5}), 3)
    assert (positions[0] >= 0).all()
    assert (positions[0] < FILMS // 2).all()


def test_more_films_than_there_are_make_a_padded_list(model: Recommender) -> None:
    positions, scores = model.recommend(history(FILMS, {0: 5}), FILMS + 10)
    assert positions.shape == (1, FILMS + 10)
    assert (positions[0, -10:] == -1).all()
    assert (scores[0, -10:] == 0).all()


def test_a_disliked_kind_of_film_is_scored_lower_than_when_it_was_liked(personal: Recommender) -> None:
    kind = range(5)
    disliked = personal.score(history(FILMS, dict.fromkeys(kind, 0.5)))[0, 5 : FILMS // 2]
    liked = personal.score(history(FILMS, dict.fromkeys(kind, 5.0)))[0, 5 : FILMS // 2]
    assert disliked.mean() < liked.mean()
    assert disliked.mean() < 0


def test_half_a_star_for_a_kind_of_film_keeps_it_off_the_list(personal: Recommender) -> None:
    positions, _ = personal.recommend(history(FILMS, dict.fromkeys(range(5), 0.5)), 10)
    listed = positions[0][positions[0] >= 0]
    assert (listed >= FILMS // 2).all()


@pytest.mark.parametrize("personal", ADDITIVE, indirect=True)
def test_shares_add_up_to_the_score(personal: Recommender) -> None:
    one = history(FILMS, {0: 5, 3: 4, 25: 1, 30: 3.5})
    scores = personal.score(one)[0]
    films = np.array([1, 7, 26], np.int32)
    np.testing.assert_allclose(personal.shares(one, films).sum(axis=1), scores[films], rtol=1e-4, atol=1e-5)


def test_reasons_are_ratings_at_or_above_the_persons_own_mean(personal: Recommender) -> None:
    one = history(FILMS, {0: 5, 1: 4.5, 2: 3, 25: 1, 30: 0.5})
    films, parts = personal.reasons(one, np.array([5, 6, 7], np.int32), 3)
    named = films[films >= 0]
    assert len(named)
    assert set(named) <= {0, 1, 2}
    assert (np.diff(parts, axis=1) <= 0).all()
    assert (parts.sum(axis=1) <= 1.0001).all()


def test_a_share_belongs_to_its_own_rating(personal: Recommender) -> None:
    kind = np.arange(1, FILMS // 2, dtype=np.int32)
    loved, hated = personal.shares(history(FILMS, {0: 5, 25: 0.5}), kind).mean(axis=0)
    assert loved > abs(hated)


def test_saved_and_loaded_scores_are_equal(model: Recommender, tmp_path: Path) -> None:
    histories = two_tastes(films=FILMS)[:5]
    model.save(tmp_path / "model")
    again = registry.load(tmp_path / "model")
    assert again.config == model.config
    np.testing.assert_array_equal(again.score(histories), model.score(histories))
    for ours, theirs in zip(again.similar(3, 5), model.similar(3, 5), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_files_of_another_version_are_refused(model: Recommender, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    manifest["facts"]["config"]["charm"] = 1
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match="train again"):
        registry.load(tmp_path / "model")


def test_the_same_seed_gives_the_same_model(model: Recommender) -> None:
    twin = type(model)(model.config).fit(two_tastes(films=FILMS))
    histories = two_tastes(films=FILMS)[:5]
    np.testing.assert_array_equal(twin.score(histories), model.score(histories))


def test_fitting_leaves_the_ratings_as_they_were(model: Recommender) -> None:
    ratings = two_tastes(films=FILMS)
    before = ratings.copy()
    type(model)(model.config).fit(ratings).score(ratings)
    assert (ratings != before).nnz == 0


def test_the_last_of_duplicate_ratings_counts(model: Recommender) -> None:
    ratings = two_tastes(films=FILMS).tocoo()
    twice = sparse.coo_matrix(
        (np.r_[np.full(ratings.nnz, 3.0), ratings.data], (np.tile(ratings.row, 2), np.tile(ratings.col, 2))),
        shape=ratings.shape,
    )
    twin = type(model)(model.config).fit(twice)
    histories = two_tastes(films=FILMS)[:5]
    np.testing.assert_array_equal(twin.score(histories), model.score(histories))


@pytest.mark.parametrize("name", NAMES)
def test_fitting_takes_no_more_memory_than_was_said_before(name: str) -> None:
    ratings = two_tastes(people=400, films=300)
    registry.create(name).fit(ratings)
    assert _peak(registry.create(name), ratings) <= _bound(registry.create(name), ratings)


@pytest.mark.parametrize(("name", "config"), [("ease", {}), ("ease", {"dense_films": 10}), ("slim", {})])
def test_what_solves_for_a_square_takes_no_more_memory_than_was_said_before(name: str, config: dict) -> None:
    drawn = np.random.default_rng(1).random((900, 800))
    ratings = sparse.csr_matrix(np.where(drawn < 0.02, 5, 0).astype(np.float32))
    assert _peak(registry.create(name, **config), ratings) <= _bound(registry.create(name, **config), ratings)


def _bound(model: Recommender, ratings: sparse.csr_matrix) -> int:
    """Return what fitting may take at most, without what every bound has for blocks of scores: that is much here."""
    people, films = ratings.shape
    blocks = 4 * min(BLOCK_BYTES, 4 * people * films) + BLOCK_BYTES // 16
    return model.memory_bound(people, films, ratings.nnz) - blocks


def _peak(model: Recommender, ratings: sparse.csr_matrix) -> int:
    tracemalloc.start()
    try:
        model.fit(ratings)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", NAMES)
def test_films_and_times_that_are_known_do_no_harm(name: str) -> None:
    ratings = two_tastes(films=FILMS)
    side = SideInformation(film_features=kinds(FILMS), times=np.arange(ratings.nnz))
    scores = registry.create(name).fit(ratings, side).score(ratings)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("name", ["content", "hybrid"])
def test_a_film_that_nobody_has_rated_is_scored_by_its_kind(name: str) -> None:
    ratings = two_tastes(films=FILMS).toarray()
    cold = [FILMS // 2 - 1, FILMS - 1]
    ratings[:, cold] = 0
    side = SideInformation(film_features=kinds(FILMS))
    model = registry.create(name).fit(sparse.csr_matrix(ratings), side)
    first, second = model.score(history(FILMS, dict.fromkeys(range(5), 5.0)))[0, cold]
    assert first > second
    assert model.shares(history(FILMS, {0: 5.0}), np.array(cold[:1], np.int32))[0, 0] > 0


@pytest.mark.parametrize("name", NAMES)
def test_equal_values_are_plain_choices_and_fit(name: str) -> None:
    choices = two_tastes(films=FILMS)
    choices.data[:] = 1
    positions, _ = registry.create(name).fit(choices).recommend(choices, 5)
    assert (positions >= 0).any()


@pytest.mark.parametrize("name", PERSONAL)
def test_personal_lists_beat_popularity_where_there_is_structure(name: str) -> None:
    ratings = two_tastes(people=80)
    listed, _ = registry.create(name).fit(ratings).recommend(ratings, 5)
    popular, _ = registry.create("popularity").fit(ratings).recommend(ratings, 5)
    assert _loved(listed) > _loved(popular) + 0.3


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (sparse.csr_matrix((3, 3), dtype=np.float32), "empty"),
        (sparse.csr_matrix(np.ones((1, 5))), "two people"),
        (sparse.csr_matrix(np.ones((5, 1))), "two films"),
        (sparse.csr_matrix(np.array([[np.nan, 1], [1, 1]])), "NaN"),
        (sparse.csr_matrix(np.array([[np.inf, 1], [1, 1]])), "infinite"),
        (sparse.csr_matrix(np.array([[-1, 1], [1, 1]])), "negative"),
        (np.ones((3, 3)), "sparse"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(name: str, broken: object, says: str) -> None:
    with pytest.raises(InvalidInteractions, match=says):
        registry.create(name).fit(broken)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("side", "says"),
    [
        (SideInformation(times=np.arange(3)), "times"),
        (SideInformation(film_features=sparse.csr_matrix(np.full((FILMS, 2), np.nan))), "film_features"),
    ],
)
def test_side_information_that_does_not_fit_is_refused(name: str, side: SideInformation, says: str) -> None:
    with pytest.raises(InvalidInteractions, match=says):
        registry.create(name).fit(two_tastes(films=FILMS), side)


@pytest.mark.parametrize("name", NAMES)
def test_side_information_of_another_size_is_refused(name: str) -> None:
    side = SideInformation(film_features=sparse.csr_matrix(np.ones((3, 2), np.float32)))
    with pytest.raises(InvalidInteractions, match="film_features"):
        registry.create(name).fit(two_tastes(films=FILMS), side)


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(registry.UnknownRecommender, match="item_knn"):
        registry.create("oracle")


def _loved(lists: np.ndarray) -> float:
    """Return the share of listed films that belong to the person's half."""
    own = np.arange(len(lists))[:, None] < len(lists) // 2
    return float(((lists < FILMS // 2) == own)[lists >= 0].mean())
