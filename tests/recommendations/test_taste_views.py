"""The page on which a list is steered, and everything on other pages that steers it."""

import re

import pytest
from django.db import DatabaseError
from django.test import Client

from accounts import services, shown
from accounts.forms import TasteForm
from accounts.models import Guest, MutedRating, ShownMovie, TasteSettings, User
from accounts.taste import Wishes, mute, steer
from catalog.models import Movie, Rating
from recommendations import serving
from recommendations.algorithms.registry import RECOMMENDERS
from recommendations.models import LiveRun
from recommendations.serving.crew import CREW
from tests.films import NOON, rated

MIDDLE = {"obscurity": 0, "adventure": 0, "age": 0, "recommender": "", "last_years": ""}
PAGE = "/me/taste/"
HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.usefixtures("live")


@pytest.fixture(autouse=True)
def taste(ada: User, site: list[Movie]) -> None:
    """Ada likes science fiction; films are of different years."""
    for place, movie in enumerate(site):
        Movie.objects.filter(pk=movie.pk).update(year=1950 + place * 7 % 40)
    rated(ada.rater, *site[:4], stars=5)
    rated(ada.rater, site[30], stars=3)


def _listed(html: str) -> list[int]:
    return [int(key) for key in re.findall(r'id="film-(\d+)"', html)]


def test_what_is_chosen_is_kept_and_holds_on_home_and_in_the_api(mine: Client, ada: User) -> None:
    before = mine.get("/api/v1/recommendations/").json()["results"]
    answer = mine.post(PAGE, MIDDLE | {"age": 2, "recommender": "svd", "last_years": 10}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert TasteSettings.objects.filter(rater=ada.rater, age=2, recommender="svd", last_years=10).exists()
    after = mine.get("/api/v1/recommendations/").json()
    assert (after["recommender"], after["taste_version"]) == ("svd", ada.rater.taste_version + 1)
    listed = [film["id"] for film in after["results"]]
    assert listed != [film["id"] for film in before]
    assert _listed(mine.get("/?genre=").content.decode().partition('id="list"')[2])[:5] == listed[:5]
    assert _listed(answer.content.decode())[:5] == listed[:5]


def test_htmx_gets_the_new_list_in_the_answer(mine: Client) -> None:
    before = _listed(mine.get(PAGE).content.decode())
    answer = mine.post(PAGE, MIDDLE | {"age": -2}, headers=HTMX)
    assert answer.status_code == 200
    assert sorted(_listed(answer.content.decode())) != before
    assert re.search(r'<input [^>]*id="id_age_0"[^>]* checked', answer.content.decode())


@pytest.mark.parametrize(
    "wrong",
    [{"age": 3}, {"age": "x"}, {"age": ""}, {"recommender": "oracle"}, {"last_years": -1}, {"last_years": "9" * 99}],
)
def test_what_cannot_be_chosen_is_refused_and_nothing_is_changed(mine: Client, wrong: dict[str, object]) -> None:
    answer = mine.post(PAGE, MIDDLE | {"obscurity": 1} | wrong)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert not TasteSettings.objects.exists()


def test_the_same_choice_again_changes_nothing(mine: Client, ada: User) -> None:
    mine.post(PAGE, MIDDLE | {"age": 1})
    version = serving.recommend(ada.rater).taste_version
    mine.post(PAGE, MIDDLE | {"age": 1})
    ada.rater.refresh_from_db()
    assert ada.rater.taste_version == version + 1


def test_reset_makes_the_list_as_everybodys(mine: Client, ada: User) -> None:
    before = [film.movie for film in serving.recommend(ada.rater).films]
    mine.post(PAGE, MIDDLE | {"age": -2, "adventure": 2})
    assert "as everybody" in mine.post(f"{PAGE}reset", follow=True).content.decode()
    ada.rater.refresh_from_db()
    assert [film.movie for film in serving.recommend(ada.rater).films] == before
    assert not TasteSettings.objects.exists()


def test_only_what_the_live_run_has_can_be_chosen_each_in_a_sentence(mine: Client) -> None:
    html = mine.get(PAGE).content.decode()
    assert [name for name in RECOMMENDERS if f'value="{name}"' in html] == ["popularity", "item_knn", "svd"]
    assert all(CREW[name].does in html.replace("&#x27;", "'") for name in ("popularity", "item_knn", "svd"))


def test_every_recommender_has_a_name_and_a_sentence() -> None:
    assert set(CREW) == set(RECOMMENDERS)
    assert len({member.title for member in CREW.values()}) == len(CREW)


def test_a_choice_that_the_run_no_longer_has_is_said(mine: Client, ada: User) -> None:
    steer(rater=ada.rater, wishes=Wishes(recommender="ease"))
    assert "“ease” is not there at the moment" in mine.get(PAGE).content.decode()


def test_a_visitor_becomes_a_guest_by_choosing_and_not_by_looking(client: Client) -> None:
    assert "Change something" in client.get(PAGE).content.decode()
    assert not Guest.objects.exists()
    assert _listed(client.post(PAGE, MIDDLE | {"age": 1}, follow=True).content.decode())
    assert TasteSettings.objects.get().rater == Guest.objects.get().rater


def test_two_algorithms_stand_side_by_side_and_what_is_on_both_is_marked(mine: Client, ada: User) -> None:
    html = mine.get(f"{PAGE}compare/?left=svd&right=item_knn").content.decode()
    left, right = (
        {film.movie.pk for film in serving.recommend(ada.rater, n=20, recommender=name).films}
        for name in ("svd", "item_knn")
    )
    assert html.count("on-both-mark") == 2 * len(left & right) > 0
    assert f"{len(left & right)} of the first" in html
    assert [CREW[name].title for name in ("svd", "item_knn")] == re.findall(r'<h2 id="side-\d">([^<]*)', html)


def test_a_comparison_begins_with_ones_own_choice(mine: Client, ada: User) -> None:
    steer(rater=ada.rater, wishes=Wishes(recommender="svd"))
    html = mine.get(f"{PAGE}compare/").content.decode()
    assert re.findall(r'<h2 id="side-\d">([^<]*)', html)[0] == CREW["svd"].title


@pytest.mark.parametrize("query", ["?left=oracle&right=%00", "?left=" + "x" * 3000, "?left=ease", ""])
def test_an_algorithm_that_is_not_there_is_said_and_another_one_compared(mine: Client, query: str) -> None:
    html = mine.get(f"{PAGE}compare/{query}").content.decode()
    assert ("cannot be asked" in html) == bool(query)
    assert html.count('<h2 id="side-') == 2


def test_a_visitor_is_told_what_comparing_takes(client: Client) -> None:
    assert "Rate a few films first" in client.get(f"{PAGE}compare/").content.decode()


def test_before_the_first_run_both_pages_say_so(mine: Client) -> None:
    LiveRun.objects.all().delete()
    assert mine.get(PAGE).status_code == 200
    assert "nothing to compare" in mine.get(f"{PAGE}compare/").content.decode()


def test_a_reason_can_be_muted_where_it_is_named_and_is_gone_then(mine: Client, site: list[Movie]) -> None:
    address = f"/films/{site[9].pk}/"
    html = mine.get(address).content.decode()
    muted = re.findall(r'action="(/films/\d+/mute)"', html.partition('id="outlook"')[2])
    assert muted
    answer = mine.post(muted[0], {"next": address}, follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "no longer counts for recommendations" in answer.content.decode()
    assert muted[0] not in answer.content.decode().partition('id="outlook"')[2]


def test_a_muted_rating_is_marked_on_my_ratings_and_can_be_used_again(mine: Client, ada: User) -> None:
    movie = Rating.objects.filter(rater=ada.rater)[0].movie
    assert f"/films/{movie.pk}/mute" in mine.get("/me/ratings/").content.decode()
    answer = mine.post(f"/films/{movie.pk}/mute", headers=HTMX)
    assert (answer.status_code, "taste-changed" in answer["HX-Trigger"]) == (200, True)
    html = mine.get("/me/ratings/").content.decode()
    assert "not used for recommendations" in html
    assert "Ratings that do not count" in mine.get(PAGE).content.decode()
    mine.post(f"/films/{movie.pk}/unmute")
    assert not MutedRating.objects.exists()


def test_muting_what_was_not_rated_is_refused_in_words(mine: Client, site: list[Movie]) -> None:
    answer = mine.post(f"/films/{site[20].pk}/mute", follow=True)
    assert "You have not rated" in answer.content.decode()
    assert not MutedRating.objects.exists()


def test_all_muted_ratings_count_again_at_once(mine: Client, ada: User, site: list[Movie]) -> None:
    for movie in site[:3]:
        mute(rater=ada.rater, movie=movie)
    assert "All your ratings count again" in mine.post(f"{PAGE}unmute-all", follow=True).content.decode()
    assert not MutedRating.objects.exists()


def test_taking_a_rating_back_ends_its_muting(mine: Client, ada: User, site: list[Movie]) -> None:
    mute(rater=ada.rater, movie=site[0])
    services.unrate(rater=ada.rater, movie=site[0])
    assert not MutedRating.objects.exists()


def test_home_counts_a_film_once_a_day_and_only_films_on_the_page(mine: Client) -> None:
    html = mine.get("/").content.decode()
    mine.get("/")
    shown = dict(ShownMovie.objects.values_list("movie_id", "days"))
    assert set(shown.values()) == {1}
    assert set(shown) == set(_listed(html))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "curl/8.5"},
    ],
)
def test_what_nobody_looks_at_is_not_counted(mine: Client, headers: dict[str, str]) -> None:
    assert mine.get("/", headers=headers).status_code == 200
    assert mine.head("/").status_code == 200
    assert not ShownMovie.objects.exists()


def test_a_page_that_cannot_be_counted_is_shown_all_the_same(mine: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**asked: object) -> int:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(shown, "note_shown", refuse)
    assert mine.get("/").status_code == 200


def test_a_film_that_was_rated_elsewhere_did_not_make_room(mine: Client, ada: User, site: list[Movie]) -> None:
    for movie in (site[0], site[9]):
        ShownMovie.objects.create(rater=ada.rater, movie=movie, days=5, last_shown_on=NOON)
    assert [film.movie for film in serving.made_room(ada.rater, n=5)] == [site[9]]


def test_a_film_shown_in_vain_says_so_and_comes_back(mine: Client, ada: User) -> None:
    first = serving.recommend(ada.rater).films[0].movie
    mine.get("/")
    ShownMovie.objects.filter(movie=first).update(days=3)
    html = mine.get("/").content.decode()
    assert first.pk not in _listed(html.partition('id="list"')[2])[:5]
    genre = first.genres.get().slug
    for page in (f"/?genre={genre}", PAGE):
        html = mine.get(page).content.decode()
        mark = html.partition('class="shown-before"')[2]
        assert f"/films/{first.pk}/keep-showing" in mark.partition("</form>")[0], page
        assert "Shown before" in mark
    mine.post(f"/films/{first.pk}/keep-showing")
    html = mine.get("/").content.decode()
    assert _listed(html.partition('id="list"')[2])[0] == first.pk
    assert "Shown before" not in html + mine.get(PAGE).content.decode()


def test_no_film_stands_twice_on_home_while_the_list_moves(mine: Client) -> None:
    mine.get("/")
    ShownMovie.objects.filter(movie__pk__in=ShownMovie.objects.values("movie")[:7]).update(days=4)
    listed = _listed(mine.get("/").content.decode())
    assert len(listed) == len(set(listed))


def test_similar_films_can_be_newer_older_or_less_known(client: Client, site: list[Movie]) -> None:
    movie = Movie.objects.get(pk=site[5].pk)
    for like, keeps in {
        "newer": lambda film: film.year > movie.year,
        "older": lambda film: film.year < movie.year,
        "less-popular": lambda film: film.rating_count <= movie.rating_count // 2,
        "more-sci-fi": lambda film: film.genres.filter(name="Sci-Fi").exists(),
    }.items():
        html = client.get(f"/films/{movie.pk}/?like={like}").content.decode()
        found = Movie.objects.filter(pk__in=_listed(html.partition('id="list"')[2]))
        assert all(keeps(film) for film in found), like
        assert found or "none is of that kind" in html
        assert re.search(rf'href="\?like={like}#list"[^>]* aria-current="true"', html)


@pytest.mark.parametrize("like", ["", "nonsense", "more-western", "%00", "x" * 5000])
def test_an_unknown_kind_of_likeness_shows_everything(client: Client, site: list[Movie], like: str) -> None:
    html = client.get(f"/films/{site[5].pk}/?like={like}").content.decode()
    assert _listed(html) == _listed(client.get(f"/films/{site[5].pk}/").content.decode())


def test_the_form_has_five_steps_for_each_slider() -> None:
    assert [len(slider.field.choices) for slider in TasteForm().sliders] == [5, 5, 5]


def test_the_pages_ask_as_much_with_many_muted_ratings_as_with_few(
    mine: Client, ada: User, site: list[Movie], django_assert_max_num_queries: object
) -> None:
    mine.get(PAGE)
    for movies in (site[:2], site[:20]):
        rated(ada.rater, *movies)
        for movie in movies:
            mute(rater=ada.rater, movie=movie)
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            mine.get(PAGE)
        with django_assert_max_num_queries(30):  # type: ignore[operator]
            mine.get(f"{PAGE}compare/")
