"""A person's home page: shelves that are true, none of them showing what another one shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts import services
from accounts.models import MutedRating, User, WatchlistEntry
from accounts.picks import pick
from catalog.models import Movie, Rater, Rating
from recommendations import serving
from recommendations.models import TrainingRun
from recommendations.rating import StarPredictor
from recommendations.serving import Home, Shelf, besides, shelves
from tests.films import rated
from tests.recommendations.conftest import NOW


@pytest.fixture
def ada(live: TrainingRun) -> Rater:
    """Somebody who signed up after the training."""
    return User.objects.create_user("ada").rater


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let shelves of a site with forty films be short, and only five of these well known."""
    for name in ("TOP_PICKS", "A_SHELF"):
        monkeypatch.setattr(shelves, name, 3)
    monkeypatch.setattr(shelves, "FEWEST", 1)
    monkeypatch.setattr(besides, "_KNOWN_AT_LEAST", 5)


def _shelf(home: Home, key: str) -> Shelf | None:
    return next((shelf for shelf in home.shelves if shelf.key == key), None)


def _movies(shelf: Shelf | None) -> list[Movie]:
    assert shelf is not None
    return [film.movie for film in shelf.films]


def test_somebody_of_whom_nothing_is_known_has_no_shelves(ada: Rater) -> None:
    assert serving.home_of(ada).shelves == ()


def test_no_film_is_on_two_shelves_and_none_that_was_rated_hidden_or_is_shown_elsewhere(
    ada: Rater, site: list[Movie]
) -> None:
    rated(ada, *site[:5], stars=5)
    services.hide(rater=ada, movie=site[6])
    home = serving.home_of(ada, without={site[7].pk})
    shown = [film.movie for shelf in home.shelves for film in shelf.films]
    assert len(home.shelves) > 3
    assert len(shown) == len(set(shown))
    assert not set(shown) & {*site[:5], site[6], site[7]}


def test_the_lead_and_the_top_picks_are_the_list(ada: Rater, site: list[Movie]) -> None:
    rated(ada, *site[:5], stars=5)
    home = serving.home_of(ada)
    best = [film.movie for film in serving.recommend(ada, n=4).films]
    assert _movies(_shelf(home, "lead")) + _movies(_shelf(home, "top")) == best


def test_a_shelf_is_about_the_newest_of_the_best_ratings(ada: Rater, site: list[Movie]) -> None:
    rated(ada, site[0], site[1], stars=4.5)
    services.rate(rater=ada, movie=site[30], stars=2, at=NOW + timedelta(days=1))
    because = _shelf(serving.home_of(ada), "because")
    assert because is not None
    assert because.because is not None
    assert (because.because.movie, because.because.stars) == (site[1], 4.5)
    alike = {film.movie for film in serving.similar(site[1], n=20)}
    assert set(_movies(because)) <= alike


@pytest.mark.parametrize("why", ["muted", "disliked"])
def test_no_shelf_is_about_a_rating_that_says_nothing_good(ada: Rater, site: list[Movie], why: str) -> None:
    rated(ada, site[0], stars=5 if why == "muted" else 3)
    if why == "muted":
        MutedRating.objects.create(rater=ada, movie=site[0])
    assert _shelf(serving.home_of(ada), "because") is None


def test_hidden_gems_are_none_of_the_best_known(ada: Rater, site: list[Movie]) -> None:
    rated(ada, *site[:3], stars=5)
    gems = _movies(_shelf(serving.home_of(ada), "gems"))
    assert gems
    assert not set(gems) & set(Movie.objects.best_known()[:5])
    assert set(gems) <= set(site[:20])


def test_trending_is_what_is_rated_most_in_the_newest_month(ada: Rater, site: list[Movie]) -> None:
    rated(ada, site[0], stars=5)
    people = Rater.objects.bulk_create(Rater() for _ in range(400))
    later = NOW + timedelta(days=60)
    Rating.objects.bulk_create(
        Rating(rater=person, movie=movie, half_stars=8, rated_at=later)
        for place, person in enumerate(people)
        for movie in (site[39], *([site[38]] if place % 2 else []))
    )
    assert _movies(_shelf(serving.home_of(ada), "trending")) == [site[39], site[38]]


def test_the_newest_decade_has_a_shelf(ada: Rater, site: list[Movie]) -> None:
    Movie.objects.filter(pk__in=[movie.pk for movie in site[25:30]]).update(year=2024)
    rated(ada, *site[:3], stars=5)
    recent = _shelf(serving.home_of(ada), "decade")
    assert recent is not None
    assert recent.name == "New to you from the 2020s"
    assert set(_movies(recent)) <= set(site[25:30])


def test_the_watchlist_is_best_first_and_keeps_its_films_for_itself(ada: Rater, site: list[Movie]) -> None:
    rated(ada, *site[:4], stars=5)
    rated(ada, *site[20:22], stars=1)
    wanted = [site[35], site[18], site[30]]
    for movie in wanted:
        WatchlistEntry.objects.create(rater=ada, movie=movie)
    home = serving.home_of(ada)
    shelf = _shelf(home, "watchlist")
    assert shelf is not None
    stars = [film.prediction.stars for film in shelf.films if film.prediction]
    above = {film.movie for each in home.shelves if each.key in {"lead", "top"} for film in each.films}
    assert stars == sorted(stars, reverse=True)
    assert set(_movies(shelf)) == set(wanted) - above


def test_a_person_is_worked_out_once_for_all_shelves(
    ada: Rater, site: list[Movie], monkeypatch: pytest.MonkeyPatch
) -> None:
    rated(ada, *site[:5], stars=5)
    asked = []
    predict = StarPredictor.predict
    monkeypatch.setattr(StarPredictor, "predict", lambda *given: asked.append(given) or predict(*given))
    home = serving.home_of(ada)
    assert all(film.prediction for shelf in home.shelves for film in shelf.films)
    assert len(asked) == 1


def test_the_number_of_queries_does_not_grow_with_what_is_shown(
    ada: Rater,
    site: list[Movie],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    rated(ada, *site[:5], stars=5)
    for movie in site[10:18]:
        WatchlistEntry.objects.create(rater=ada, movie=movie)
    for size in (1, 8):
        monkeypatch.setattr(shelves, "A_SHELF", size)
        with django_assert_max_num_queries(18):
            serving.home_of(ada)


# --- what was picked at the start -----------------------------------------------------------------------------------


def test_picks_make_a_list_before_the_first_rating(ada: Rater, site: list[Movie]) -> None:
    pick(rater=ada, movies=site[:4])
    found = serving.recommend(ada, n=8)
    assert (found.source, found.rated, found.picked) == ("fresh", 0, 4)
    assert {film.movie for film in found.films} <= set(site[4:20])


def test_what_was_picked_is_never_called_a_rating(ada: Rater, site: list[Movie]) -> None:
    pick(rater=ada, movies=site[:4])
    rated(ada, site[4], stars=4)
    films = serving.recommend(ada, n=8).films
    given = {reason.movie: reason.stars for film in films for reason in film.reasons}
    assert {movie: stars for movie, stars in given.items() if stars is not None} in ({}, {site[4]: 4.0})
    assert set(given) & set(site[:4])
    assert all(film.prediction.picks for film in films if film.prediction)


def test_a_picked_film_that_is_rated_counts_as_it_was_rated(ada: Rater, site: list[Movie]) -> None:
    pick(rater=ada, movies=site[:4])
    rated(ada, site[0], stars=1)
    found = serving.recommend(ada, n=3)
    assert (found.rated, found.picked) == (1, 3)


def test_with_five_ratings_picks_say_nothing_any_more(ada: Rater, site: list[Movie]) -> None:
    rated(ada, *site[20:25], stars=5)
    before = [film.movie for film in serving.recommend(ada, n=8).films]
    pick(rater=ada, movies=site[:4])
    found = serving.recommend(ada, n=8)
    assert (found.picked, [film.movie for film in found.films]) == (0, before)


def test_a_published_list_that_knows_nothing_of_picks_is_not_served(
    ada: Rater, site: list[Movie], go: Callable[[], TrainingRun]
) -> None:
    rated(ada, site[30], stars=5)
    pick(rater=ada, movies=site[:4])
    go()
    assert {film.movie for film in serving.recommend(ada, n=10).films} & set(site[:20])


def test_a_picked_films_own_page_does_not_foresee_it_from_itself(ada: Rater, site: list[Movie]) -> None:
    pick(rater=ada, movies=site[:4])
    said = serving.around_film(site[0], ada).outlook
    assert said.rated == 0
    assert site[0] not in [reason.movie for reason in said.reasons]
