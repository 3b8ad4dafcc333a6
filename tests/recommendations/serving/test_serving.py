"""What a person is shown: fresh, personal, honest about where it comes from."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from accounts import services
from accounts.models import User
from catalog.models import Movie, Rater, Rating
from recommendations import serving
from recommendations.algorithms import Recommender
from recommendations.algorithms.registry import UnknownRecommender
from recommendations.models import TrainingRun
from recommendations.serving.history import History
from recommendations.serving.live import live_models
from recommendations.store import StoreUnavailable, artifacts
from recommendations.store.file_lists import FileTopLists
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.recommendations.conftest import NOW, Clock

SCIENCE_FICTION = range(20)


@pytest.fixture
def ada(live: TrainingRun) -> Rater:
    """Somebody who signed up after the training."""
    return User.objects.create_user("ada").rater


def _rate(rater: Rater, movies: list[Movie], stars: float) -> None:
    for movie in movies:
        services.rate(rater=rater, movie=movie, stars=stars, at=NOW)


def _places(found: serving.Recommendations, site: list[Movie]) -> list[int]:
    return [site.index(film.movie) for film in found.films]


def test_before_the_first_run_the_best_rated_films_are_shown(site: list[Movie], options: Options) -> None:
    rater = User.objects.create_user("ada").rater
    found = serving.recommend(rater, n=5)
    means = [film.movie.damped_mean for film in found.films]
    assert (found.run, found.source) == (None, "popularity")
    assert means == sorted(means, reverse=True)


def test_somebody_without_ratings_gets_popular_films_and_is_told_so(ada: Rater) -> None:
    found = serving.recommend(ada, n=5)
    assert (found.source, found.recommender, len(found.films)) == ("popularity", "popularity", 5)
    assert all(film.recommender == "popularity" for film in found.films)


def test_a_list_is_personal_after_the_first_rating(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:1], 5)
    found = serving.recommend(ada, n=10)
    assert (found.source, found.recommender) == ("fresh", "item_knn")
    assert set(_places(found, site)) <= set(SCIENCE_FICTION)


def test_the_next_rating_changes_the_list_and_taking_it_back_restores_it(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:3], 5)
    before = _places(serving.recommend(ada, n=10), site)
    _rate(ada, site[30:35], 5)
    assert _places(serving.recommend(ada, n=10), site) != before
    for movie in site[30:35]:
        services.unrate(rater=ada, movie=movie)
    assert _places(serving.recommend(ada, n=10), site) == before


def test_a_fresh_list_is_kept_until_the_taste_changes(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:2], 5)
    assert serving.recommend(ada).source == "fresh"
    assert serving.recommend(ada).source == "published"
    _rate(ada, site[2:3], 1)
    assert serving.recommend(ada).source == "fresh"


def test_somebody_who_was_in_the_training_gets_the_published_list(live: TrainingRun) -> None:
    assert serving.recommend(Rater.objects.get(number=3)).source == "published"


def test_rated_and_hidden_films_are_never_shown_even_by_a_kept_list(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:2], 5)
    first, second = [film.movie for film in serving.recommend(ada, n=2).films]
    services.hide(rater=ada, movie=first)
    shown = [film.movie for film in serving.recommend(ada, n=30).films]
    assert first not in shown
    assert second in shown
    assert not set(site[:2]) & set(shown)


def test_half_a_star_for_a_kind_of_film_keeps_it_off_the_list(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:5], 0.5)
    assert not set(_places(serving.recommend(ada, n=15), site)) & set(SCIENCE_FICTION)


def test_a_genre_is_kept_to(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:3], 5)
    found = serving.recommend(ada, n=5, genre="romance")
    assert found.films
    assert not set(_places(found, site)) & set(SCIENCE_FICTION)


def test_reasons_name_own_ratings_that_were_liked(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:3], 5)
    _rate(ada, site[30:32], 1)
    film = serving.recommend(ada, n=1).films[0]
    assert film.reasons
    assert {reason.movie for reason in film.reasons} <= set(site[:3])
    assert all(reason.stars == 5 for reason in film.reasons)
    assert sum(reason.share for reason in film.reasons) <= 1.0001
    assert film.score > 0


def test_a_list_that_is_looked_at_again_is_not_worked_out_again(
    ada: Rater, site: list[Movie], monkeypatch: pytest.MonkeyPatch
) -> None:
    _rate(ada, site[:3], 5)
    first = serving.recommend(ada, n=5)
    monkeypatch.setattr(Recommender, "reasons", None)
    assert serving.recommend(ada, n=5).films == first.films


def test_what_is_remembered_of_people_does_not_grow_with_their_ratings(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:15], 5)
    serving.home_of(ada)
    models = live_models()
    assert models is not None
    parts = [part for question in models._answers for part in _flat(question)]
    assert {len(part) for part in parts if isinstance(part, bytes)} == {16}


def _flat(question: object) -> Iterator[object]:
    if isinstance(question, tuple):
        for part in question:
            yield from _flat(part)
    else:
        yield question


@pytest.mark.parametrize("other", [{"stars": 4.0}, {"movie": 3}, {"picked": 1}])
def test_another_taste_is_another_question(other: dict[str, float]) -> None:
    def taste(movie: int = 2, stars: float = 5.0, picked: int = 0) -> bytes:
        movies = np.array([1, movie], np.int64)
        return History(movies, np.array([3, stars], np.float32), picked=movies[:picked]).taste

    assert taste() == taste()
    assert taste(**other) != taste()


def test_a_corrected_title_is_seen_on_a_list_that_was_made_before(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:3], 5)
    corrected = Movie.objects.get(pk=serving.recommend(ada, n=5).films[0].movie.pk)
    corrected.title = "Another title"
    corrected.save()
    assert serving.recommend(ada, n=5).films[0].movie.title == "Another title"


def test_predicted_stars_follow_the_persons_taste(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:4], 5)
    _rate(ada, site[30:34], 0.5)
    found = serving.predict(ada, [site[10], site[39]])
    assert found[site[10].pk].stars > found[site[39].pk].stars + 1
    assert found[site[10].pk].support > 0


def test_predicted_stars_lie_in_their_range(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:4], 5)
    found = serving.predict(ada, site).values()
    assert len(found) == len(site)
    assert all(0.5 <= each.low <= each.stars <= each.high <= 5 for each in found)


def test_the_outlook_on_a_film_does_not_depend_on_its_own_rating(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:4], 5)
    before = serving.around_film(site[7], ada).outlook
    services.rate(rater=ada, movie=site[7], stars=1, at=NOW + timedelta(minutes=1))
    assert serving.around_film(site[7], ada).outlook == before
    assert before.reasons
    assert before.rated == 4


@pytest.fixture
def learned(live: TrainingRun) -> Rating:
    """A rating that the live run has learned from."""
    return Rating.objects.select_related("rater", "movie").order_by("pk")[7]


def test_what_the_run_has_learned_from_is_not_foreseen_even_when_it_was_changed_since(learned: Rating) -> None:
    assert serving.around_film(learned.movie, learned.rater).outlook.learned
    services.rate(rater=learned.rater, movie=learned.movie, stars=0.5, at=NOW + timedelta(days=1))
    found = serving.around_film(learned.movie, learned.rater).outlook
    assert (found.learned, found.prediction) == (True, None)


def test_what_the_run_has_learned_from_is_not_foreseen_when_it_was_taken_back_and_given_again(learned: Rating) -> None:
    services.unrate(rater=learned.rater, movie=learned.movie)
    services.rate(rater=learned.rater, movie=learned.movie, stars=0.5, at=NOW + timedelta(days=1))
    assert serving.around_film(learned.movie, learned.rater).outlook.learned


def test_a_rating_of_long_ago_that_came_after_the_run_is_foreseen(learned: Rating) -> None:
    rater = learned.rater
    movie = Movie.objects.exclude(ratings__rater=rater)[0]
    Rating.objects.create(rater=rater, movie=movie, half_stars=2, rated_at=NOW - timedelta(days=2_000))
    found = serving.around_film(movie, rater).outlook
    assert not found.learned
    assert found.prediction


def test_another_recommender_can_be_asked_for(ada: Rater, site: list[Movie]) -> None:
    _rate(ada, site[:3], 5)
    found = serving.recommend(ada, n=5, recommender="svd")
    assert {film.recommender for film in found.films} == {"svd"}
    with pytest.raises(UnknownRecommender):
        serving.recommend(ada, recommender="oracle")


def test_similar_films_are_of_the_same_kind(live: TrainingRun, site: list[Movie]) -> None:
    found = serving.similar(site[4], n=6)
    assert len(found) == 6
    assert {site.index(film.movie) for film in found} <= set(SCIENCE_FICTION)
    assert site[4] not in [film.movie for film in found]


def test_a_film_that_came_after_the_training_has_similar_films_by_genre(live: TrainingRun, site: list[Movie]) -> None:
    newcomer = Movie.objects.create(numbering="sample", number=999, title="New", listed_title="New")
    newcomer.genres.add(*site[0].genres.all())
    found = serving.similar(newcomer, n=4)
    assert {film.score for film in found} == {1.0}
    assert all(film.movie in site[:20] for film in found)


def test_a_film_without_genres_and_ratings_has_no_similar_films(live: TrainingRun) -> None:
    assert serving.similar(Movie.objects.create(numbering="sample", number=999, title="New")) == []


def test_a_new_run_is_served_as_soon_as_it_is_live(
    ada: Rater, site: list[Movie], go: Callable[[], TrainingRun]
) -> None:
    _rate(ada, site[:3], 5)
    before = serving.recommend(ada).run
    newer = go()
    assert serving.recommend(ada).run == newer.pk != before


def test_when_none_of_the_runs_films_is_there_any_more_the_best_rated_ones_are_shown(ada: Rater) -> None:
    Movie.objects.all().delete()
    newcomer = Movie.objects.create(numbering="ml-100k", number=1, title="New", listed_title="New")
    assert [film.movie for film in serving.recommend(ada).films] == [newcomer]


def test_damaged_files_are_not_served_from(ada: Rater, live: TrainingRun, options: Options) -> None:
    (artifacts.folder_of(options.runs, live.pk) / "item_knn" / "weights_.indices.npy").write_bytes(b"")
    assert serving.recommend(ada).run is None


def test_a_run_without_what_every_page_falls_back_on_is_not_served_from(
    site: list[Movie], options: Options, clock: Clock
) -> None:
    bare = replace(options, recommenders=("item_knn",))
    train(TrainingRun.objects.create().pk, bare, clock=clock)
    found = serving.recommend(Rater.objects.get(number=3))
    assert (found.run, len(found.films) > 0) == (None, True)


def test_lists_that_cannot_be_reached_are_made_anew(live: TrainingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(FileTopLists, "get", refuse)
    monkeypatch.setattr(FileTopLists, "put", refuse)
    found = serving.recommend(Rater.objects.get(number=3))
    assert (found.source, found.recommender) == ("fresh", "item_knn")


def test_the_number_of_queries_does_not_grow_with_the_list(
    ada: Rater, site: list[Movie], django_assert_max_num_queries
) -> None:
    _rate(ada, site[:5], 5)
    serving.recommend(ada, n=2)
    with django_assert_max_num_queries(9):
        serving.recommend(ada, n=14)
