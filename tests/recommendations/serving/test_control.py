"""A list does what its owner asks: sliders, algorithm, years, muted ratings, and films that were shown in vain."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services, shown, taste
from accounts.models import ShownMovie, User, WatchlistEntry
from accounts.taste import Wishes
from catalog.models import Movie, Rater, Rating
from recommendations import serving
from recommendations.models import TrainingRun
from recommendations.serving.history import history_of
from recommendations.serving.moving import sunk
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.films import rated
from tests.recommendations.conftest import NOW, Clock

TODAY = date(2026, 11, 20)
TRENDING = ("popularity", "item_knn", "trending")


@pytest.fixture
def ada(live: TrainingRun, site: list[Movie]) -> Rater:
    """Somebody who signed up after the training and likes science fiction."""
    for place, movie in enumerate(site):
        Movie.objects.filter(pk=movie.pk).update(year=1950 + place * 7 % 40)
    rater = User.objects.create_user("ada").rater
    for place, movie in enumerate([*site[:3], site[30]]):
        services.rate(rater=rater, movie=movie, stars=5 - place / 2, at=NOW - timedelta(days=400 * place))
    return rater


def _listed(rater: Rater, n: int = 10, **asked: str) -> list[int]:
    """Return the films that a person is shown, of which there are some."""
    found = serving.recommend(rater, n=n, **asked).films
    assert found
    return [film.movie.pk for film in found]


def _shown(rater: Rater, movies: list[int], days: int) -> None:
    for day in range(days):
        serving.note_shown(rater, movies, on=TODAY + timedelta(days=day))


def _mean_year(movies: list[int]) -> float:
    years = list(Movie.objects.filter(pk__in=movies).values_list("year", flat=True))
    return sum(years) / len(years)


def test_sliders_in_the_middle_leave_the_list_as_it_is_for_everybody(ada: Rater) -> None:
    before = serving.recommend(ada, n=30)
    taste.steer(rater=ada, wishes=Wishes(age=2))
    taste.steer(rater=ada, wishes=Wishes(last_years=50))
    after = serving.recommend(ada, n=30)
    assert after.films
    assert [(film.movie.pk, film.score) for film in after.films] == [(f.movie.pk, f.score) for f in before.films]


def test_the_list_gets_newer_with_every_step_and_is_kept(ada: Rater) -> None:
    means = []
    for step in (-2, -1, 0, 1, 2):
        taste.steer(rater=ada, wishes=Wishes(age=step))
        found = serving.recommend(ada, n=6)
        means.append(_mean_year([film.movie.pk for film in found.films]))
        assert (found.source, serving.recommend(ada, n=6).source) == ("fresh", "published")
        assert _listed(ada, 6) == [film.movie.pk for film in found.films]
    assert means == sorted(means)
    assert means[-1] > means[0]


def test_sliders_move_popular_films_too_for_somebody_without_ratings(ada: Rater) -> None:
    newcomer = User.objects.create_user("new").rater
    before = _mean_year(_listed(newcomer))
    taste.steer(rater=newcomer, wishes=Wishes(age=2))
    assert _mean_year(_listed(newcomer)) > before


def test_a_genre_is_kept_to_when_the_list_is_steered(ada: Rater, site: list[Movie]) -> None:
    taste.steer(rater=ada, wishes=Wishes(adventure=2, obscurity=2))
    assert set(_listed(ada, 5, genre="Romance")) <= {movie.pk for movie in site[20:]}


def test_what_a_later_run_publishes_does_not_undo_the_sliders(ada: Rater, go: Callable[[], TrainingRun]) -> None:
    taste.steer(rater=ada, wishes=Wishes(age=2))
    newer = go()
    found = serving.recommend(ada, n=6)
    assert (found.run, found.source) == (newer.pk, "fresh")
    taste.reset(rater=ada)
    assert _listed(ada, 6) != [film.movie.pk for film in found.films]


def test_the_chosen_algorithm_makes_the_list_until_another_is_asked_for(ada: Rater) -> None:
    taste.steer(rater=ada, wishes=Wishes(recommender="svd"))
    assert serving.recommend(ada).recommender == "svd"
    assert serving.recommend(ada, recommender="item_knn").recommender == "item_knn"


def test_an_algorithm_that_the_run_lacks_gives_way_to_the_sites_own(ada: Rater) -> None:
    taste.steer(rater=ada, wishes=Wishes(recommender="ease"))
    assert serving.recommend(ada).recommender == "item_knn"


@pytest.fixture
def lately(site: list[Movie], options: Options, clock: Clock) -> list[Movie]:
    """The films that people rated lately; the run that is live knows what trends."""
    Rating.objects.filter(movie__in=site[:35]).update(rated_at=NOW - timedelta(days=900))
    train(TrainingRun.objects.create().pk, replace(options, recommenders=TRENDING), clock=clock)
    return site[35:]


@pytest.mark.parametrize("ratings", [0, 3])
def test_who_chooses_what_trends_is_shown_what_trends(lately: list[Movie], site: list[Movie], ratings: int) -> None:
    rater = User.objects.create_user("ada").rater
    rated(rater, *site[:ratings])
    taste.steer(rater=rater, wishes=Wishes(recommender="trending"))
    found = serving.recommend(rater, n=len(lately))
    assert {film.movie for film in found.films} == set(lately)
    assert {found.recommender, *(film.recommender for film in found.films)} == {"trending"}


def test_what_trends_is_followed_by_popular_films(
    lately: list[Movie], site: list[Movie], options: Options, clock: Clock
) -> None:
    rater = User.objects.create_user("ada").rater
    services.hide(rater=rater, movie=lately[0])
    rated(rater, lately[1])
    # What many disliked does not trend, and says nothing of this person's taste.
    Rating.objects.filter(movie=site[0]).update(half_stars=1, rated_at=NOW)
    train(TrainingRun.objects.create().pk, replace(options, recommenders=TRENDING), clock=clock)
    found = serving.recommend(rater, n=len(site), recommender="trending")
    assert {film.movie for film in found.films} == set(site) - set(lately[:2])


def test_only_the_last_years_speak_and_older_ratings_stay_ratings(ada: Rater, site: list[Movie]) -> None:
    taste.steer(rater=ada, wishes=Wishes(last_years=1))
    history = history_of(ada)
    assert history.movies.tolist() == [site[0].pk]
    assert history.silent == {site[1].pk, site[2].pk, site[30].pk}
    found = serving.recommend(ada, n=40)
    assert (found.rated, found.used) == (4, 1)
    assert found.films
    assert not {film.movie.pk for film in found.films} & {*history.silent, site[0].pk}


def test_a_muted_rating_is_no_reason_and_is_never_recommended(ada: Rater, site: list[Movie]) -> None:
    before = serving.predict(ada, [site[9]])[site[9].pk]
    taste.mute(rater=ada, movie=site[0])
    found = serving.recommend(ada, n=40)
    reasons = {reason.movie for film in found.films for reason in film.reasons}
    assert site[0].pk not in {film.movie.pk for film in found.films}
    assert reasons
    assert site[0] not in reasons
    assert serving.predict(ada, [site[9]])[site[9].pk] != before
    assert (found.rated, found.used) == (4, 3)


def test_a_rating_that_counts_again_restores_the_list(ada: Rater, site: list[Movie]) -> None:
    before = _listed(ada)
    taste.mute(rater=ada, movie=site[0])
    taste.mute(rater=ada, movie=site[1])
    assert taste.unmute_all(rater=ada) == 2
    assert _listed(ada) == before


def test_the_outlook_on_a_muted_film_is_as_if_it_were_not_rated(ada: Rater, site: list[Movie]) -> None:
    before = serving.around_film(site[0], ada).outlook
    taste.mute(rater=ada, movie=site[0])
    assert serving.around_film(site[0], ada).outlook == before
    assert before.rated == 3


def test_films_shown_on_three_days_sink_below_fresh_ones_and_say_so(ada: Rater) -> None:
    before = _listed(ada, 10)
    _shown(ada, before[:3], days=2)
    assert _listed(ada, 10) == before
    _shown(ada, before[:3], days=4)
    found = serving.recommend(ada, n=10)
    assert [film.movie.pk for film in found.films][:7] == before[3:]
    assert not any(film.shown_before for film in found.films)
    everything = serving.recommend(ada, n=40).films
    assert [film.movie.pk for film in everything if film.shown_before] == before[:3]
    assert [film.movie.pk for film in everything[-3:]] == before[:3]


def test_more_days_in_vain_never_bring_a_film_up() -> None:
    chosen = [(film, 1.0, "als") for film in range(6)]
    places = [[film for film, _, _ in sunk(chosen, {2: days, 4: 3})].index(2) for days in range(12)]
    assert places == sorted(places)
    assert places[:3] == [2, 2, 2]
    assert places[-1] == 5


def test_popular_films_that_were_shown_in_vain_sink_too(ada: Rater) -> None:
    newcomer = User.objects.create_user("new").rater
    before = _listed(newcomer)
    _shown(newcomer, before, days=3)
    assert not set(_listed(newcomer)) & set(before)


def test_before_the_first_run_the_list_moves_too(site: list[Movie]) -> None:
    newcomer = User.objects.create_user("new").rater
    before = _listed(newcomer, 5)
    _shown(newcomer, before, days=3)
    assert not set(_listed(newcomer, 5)) & set(before)


def test_a_film_that_was_brought_back_stands_where_it_stood(ada: Rater) -> None:
    before = _listed(ada)
    _shown(ada, before[:2], days=5)
    for key in before[:2]:
        shown.bring_back(rater=ada, movie=Movie.objects.get(pk=key))
    _shown(ada, before[:2], days=9)
    assert _listed(ada) == before
    shown.let_sink(rater=ada, movie=Movie.objects.get(pk=before[0]))
    assert before[0] not in _listed(ada)


def test_a_film_on_the_watchlist_is_not_shown_in_vain(ada: Rater) -> None:
    before = _listed(ada)
    _shown(ada, before[:1], days=5)
    WatchlistEntry.objects.create(rater=ada, movie_id=before[0])
    assert _listed(ada) == before
    _shown(ada, before[:1], days=9)
    assert ShownMovie.objects.get(rater=ada, movie=before[0]).days == 5


@pytest.mark.parametrize("act", ["rate", "hide"])
def test_doing_something_about_a_film_starts_its_days_anew(ada: Rater, act: str) -> None:
    first = Movie.objects.get(pk=_listed(ada)[0])
    _shown(ada, [first.pk], days=5)
    if act == "rate":
        services.rate(rater=ada, movie=first, stars=3, at=NOW)
        services.unrate(rater=ada, movie=first)
    else:
        services.hide(rater=ada, movie=first)
        services.unhide(rater=ada, movie=first)
    assert _listed(ada)[0] == first.pk


def test_a_day_counts_once_and_a_page_that_changes_nothing_writes_nothing(ada: Rater) -> None:
    movies = _listed(ada)
    serving.note_shown(ada, movies, on=TODAY)
    with CaptureQueriesContext(connection) as queries:
        serving.note_shown(ada, movies, on=TODAY)
    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]
    with CaptureQueriesContext(connection) as queries:
        serving.note_shown(ada, [*movies, 10**9], on=TODAY + timedelta(days=1))
    assert [query["sql"].split()[0] for query in queries].count("INSERT") == 1
    assert set(ShownMovie.objects.values_list("days", flat=True)) == {2}
    assert ShownMovie.objects.count() == len(movies)
