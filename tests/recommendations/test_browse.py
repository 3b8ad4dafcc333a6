"""Browsing with what is foreseen, watched and not wanted: filters hold together, and no page repeats a film."""

import gc
import re
import weakref

import numpy as np
import pytest
from django.test import Client

from accounts import services, watchlist
from accounts.models import User
from catalog import paging
from catalog.models import Genre, Movie
from recommendations import serving
from recommendations.models import TrainingRun
from recommendations.serving import live as live_module
from tests.films import film, rated
from tests.recommendations.conftest import FILMS

pytestmark = pytest.mark.django_db


@pytest.fixture
def fan(ada: User, live: TrainingRun, site: list[Movie]) -> User:
    """Ada, who likes the first half of the films."""
    rated(ada.rater, *site[:6], stars=5)
    rated(ada.rater, *site[30:36], stars=1)
    return ada


def newcomer(*genres: str) -> Movie:
    """Return a well-known film that no model has learned of."""
    facts = {"title": "Heat", "listed_title": "Heat (1995)", "year": 1995, "rating_count": 10_000}
    movie = Movie.objects.create(numbering="movielens", number=1, **facts)
    movie.genres.set([Genre.objects.get_or_create(name=name)[0] for name in genres])
    return movie


def shown(client: Client, query: str) -> list[int]:
    """Return the films of all pages, in order."""
    html = client.get(f"/films/?{query}").content.decode()
    found = re.findall(r'id="film-(\d+)"', html)
    following = re.search(r'rel="next" href="\?([^"]*)"', html)
    return [int(key) for key in found] + (shown(client, following[1].replace("&amp;", "&")) if following else [])


def test_predicted_stars_put_films_in_order_and_no_page_repeats_one(mine: Client, fan: User) -> None:
    found = shown(mine, "order=foreseen")
    stars = serving.foreseen(fan.rater, found)
    assert sorted(found) == sorted(Movie.objects.values_list("pk", flat=True))
    assert (np.diff(stars) <= 0).all()
    assert stars[0] > stars[-1]


def test_only_films_of_so_many_predicted_stars_are_shown(mine: Client, fan: User, site: list[Movie]) -> None:
    stars = serving.foreseen(fan.rater, [movie.pk for movie in site])
    liked = {movie.pk for movie, each in zip(site, stars, strict=True) if round(float(each), 1) >= 3.5}
    assert 0 < len(liked) < FILMS
    assert set(shown(mine, "stars_from=3.5&order=title")) == liked


def test_what_is_remembered_of_people_keeps_no_models_in_memory(fan: User, site: list[Movie]) -> None:
    models = weakref.ref(live_module.live_models())
    serving.foreseen(fan.rater, [movie.pk for movie in site])
    live_module._load.cache_clear()
    gc.collect()
    assert models() is None


def test_predicted_stars_hold_together_with_all_other_filters(mine: Client, fan: User, site: list[Movie]) -> None:
    services.hide(rater=fan.rater, movie=site[8])
    found = shown(mine, "stars_from=3&genre=sci-fi&rated=no&hidden=no&order=foreseen")
    assert found
    assert set(found) <= {movie.pk for movie in site[6:20]} - {site[8].pk}


def test_a_genre_that_is_excluded_is_on_no_page_of_any_order(mine: Client, fan: User, site: list[Movie]) -> None:
    unwanted = {movie.pk for movie in site[FILMS // 2 :]}
    for order in ("known", "rated", "title", "newest", "foreseen"):
        assert not unwanted & set(shown(mine, f"genre_not=romance&order={order}"))


def test_predictions_are_asked_of_no_more_films_than_a_list_is_long(
    mine: Client, fan: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNTED", 10)
    best_known = set(Movie.objects.best_known().values_list("pk", flat=True)[:10])
    assert set(shown(mine, "order=foreseen")) == best_known


def test_a_film_that_came_after_the_training_is_last(mine: Client, fan: User) -> None:
    new = newcomer()
    assert shown(mine, "order=foreseen")[-1] == new.pk
    assert new.pk not in shown(mine, "stars_from=0.5")


def test_to_who_has_not_rated_predictions_make_no_difference_and_the_page_says_so(
    client: Client, live: TrainingRun
) -> None:
    html = client.get("/films/?stars_from=4&order=foreseen").content.decode()
    assert "Predicted stars need a few ratings of yours first" in html
    assert "40 films" in html
    assert "predicted stars</option>" not in html


def test_stars_that_are_none_are_explained_beside_the_field(mine: Client, fan: User) -> None:
    for stars in ("many", "9", "nan", "inf", "-1", "1e400", "\0"):
        response = mine.get("/films/", {"stars_from": stars, "order": "foreseen"})
        assert response.status_code == 200
        assert 'class="errorlist"' in response.content.decode(), stars


def test_a_title_that_is_looked_for_comes_before_better_known_ones_like_it(mine: Client) -> None:
    known, wanted = film("Iron Man (2008)", known=900), film("Third Man, The (1949)", known=10)
    found = shown(mine, "q=third+man")
    assert found[0] == wanted.pk
    assert shown(mine, "q=third+man&order=known") == sorted(found, key=lambda key: key != known.pk)
    assert "best match" in mine.get("/films/?q=third+man").content.decode()
    assert "best match" not in mine.get("/films/").content.decode()


def test_films_on_the_watchlist_can_be_kept_or_left_out(mine: Client, ada: User, site: list[Movie]) -> None:
    watchlist.watch(rater=ada.rater, movie=site[7])
    assert shown(mine, "watchlist=yes") == [site[7].pk]
    assert len(shown(mine, "watchlist=no&genre=sci-fi")) == FILMS // 2 - 1


def test_each_filter_in_use_can_be_dropped_alone(mine: Client, site: list[Movie]) -> None:
    html = mine.get("/films/?genre=sci-fi&genre_not=romance&rated=no&year_from=&page=1").content.decode()
    used = html[html.index("used-filters") :]
    assert 'href="?genre_not=romance&amp;rated=no"><span class="for-readers">Drop </span>the genre “Sci-Fi”' in used
    assert 'href="?genre=sci-fi&amp;genre_not=romance"' in used
    assert 'href="?genre=sci-fi&amp;genre_not=romance&amp;rated=no">its address</a>' in used


def test_when_predictions_leave_nothing_the_page_says_what_to_drop(mine: Client, fan: User) -> None:
    newcomer("Western")
    html = mine.get("/films/?genre=western&stars_from=5").content.decode()
    assert re.search(r"Without “predicted 5 stars or more”\s+</a> there is 1\.", html)


# --- the watchlist --------------------------------------------------------------------------------------------------


def watched(client: Client, query: str = "") -> list[int]:
    return [film.pk for film in client.get(f"/me/watchlist/?{query}").context["page"]]


def test_the_watchlist_shows_the_best_first_and_what_nothing_is_foreseen_of_last(
    mine: Client, fan: User, site: list[Movie]
) -> None:
    new = newcomer()
    for movie in (site[25], new, site[10]):
        watchlist.watch(rater=fan.rater, movie=movie)
    assert watched(mine) == [site[10].pk, site[25].pk, new.pk]
    watchlist.watch(rater=fan.rater, movie=site[0])
    assert watched(mine)[-1] == site[0].pk  # which was rated before


@pytest.mark.parametrize(
    ("query", "order"), [("order=added", "cba"), ("order=title", "bac"), ("order=year", "acb"), ("genre=crime", "a")]
)
def test_the_watchlist_has_other_orders_and_one_genre(mine: Client, ada: User, query: str, order: str) -> None:
    films = {"a": film("Heat (1995)", "Crime"), "b": film("Apartment, The (1960)"), "c": film("M (1931)")}
    films["c"] = film("Nosferatu (1979)")
    for movie in films.values():
        watchlist.watch(rater=ada.rater, movie=movie)
    assert watched(mine, query) == [films[each].pk for each in order]


def test_the_watchlist_asks_as_much_for_many_films_as_for_few(
    mine: Client, ada: User, site: list[Movie], django_assert_max_num_queries: object
) -> None:
    for movie in site[6:30]:
        watchlist.watch(rater=ada.rater, movie=movie)
    mine.get("/me/watchlist/")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        mine.get("/me/watchlist/")


# --- predictions of many films --------------------------------------------------------------------------------------


def test_many_films_are_foreseen_as_each_alone_and_anew_after_a_rating(fan: User, site: list[Movie]) -> None:
    keys = [movie.pk for movie in site]
    alone = serving.predict(fan.rater, site)
    expected = [alone[key].stars if alone[key].support else 0 for key in keys]
    assert serving.foreseen(fan.rater, keys) == pytest.approx(expected)
    services.unrate(rater=fan.rater, movie=site[0])
    assert serving.foreseen(fan.rater, keys) != pytest.approx(expected)
