"""The home page: what visitors, new people and old friends of the site are shown."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts import services
from catalog.models import Movie
from recommendations import serving
from recommendations.models import TrainingRun
from recommendations.rating import StarPredictor
from tests.films import NOON, film, films, rated

pytestmark = pytest.mark.django_db

SCIENCE_FICTION = slice(0, 20)


def home(client: Client, query: str = "", **more: object) -> str:
    return client.get(f"/{query}", **more).content.decode()


def listed(html: str) -> list[str]:
    """Return the titles of the list itself, best first, without the films to start with."""
    return re.findall(r'class="card-title">([^<]*)<', html.partition('id="list"')[2])


# --- visitors -------------------------------------------------------------------------------------------------------


def test_a_visitor_is_told_what_this_is_and_sees_films(client):
    film("Heat (1995)", known=9)
    html = home(client)
    assert "Rate a few films, and Marquee finds the ones you will like" in html
    assert "Heat" in html
    assert "/accounts/signup/" in html


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_is_offered_only_where_there_is_one(client, settings, demo):
    settings.DEMO = demo
    assert ("Try it with one click" in home(client)) is demo


def test_a_site_without_films_tells_its_owner_what_to_do(client):
    assert "import_movielens" in home(client)


# --- the first ratings ----------------------------------------------------------------------------------------------


def test_a_new_person_is_asked_for_five_films(mine):
    films(30)
    html = home(mine)
    assert "Rate five films and this page becomes yours" in html
    assert "0 of 5" in html
    assert html.count('class="card small"') == 12


def test_no_film_is_twice_on_the_page(mine):
    films(60)
    shown = re.findall(r'id="film-(\d+)"', home(mine))
    assert len(shown) == len(set(shown)) > 30


def test_the_first_rating_makes_the_list_personal(mine, ada, live, site):
    rated(ada.rater, site[0], stars=5)
    html = home(mine)
    assert "1 of 5" in html
    assert html.index('id="list"') < html.index("Films that most people have seen")
    assert "Because you gave" in html
    assert "Films that most people like" not in html


def test_after_the_fifth_rating_the_page_is_the_list(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    assert "of 5" not in home(mine)


def test_whoever_gives_the_fifth_rating_in_place_is_told_so_and_sees_no_film_twice(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    html = home(mine, "?start=1", headers={"HX-Request": "true"})
    shown = re.findall(r'id="film-(\d+)"', html)
    assert "This page is yours now" in html
    assert len(shown) == len(set(shown))


# --- the list -------------------------------------------------------------------------------------------------------


def test_the_list_follows_taste_and_names_the_ratings_that_speak_for_a_film(mine, ada, live, site):
    liked = site[:5]
    rated(ada.rater, *liked, stars=5)
    html = home(mine)
    science_fiction = {movie.title for movie in site[SCIENCE_FICTION]}
    assert sum(title in science_fiction for title in listed(html)[:10]) >= 8
    reasons = set(re.findall(r"<cite>([^<]*)</cite>", html))
    assert reasons
    assert reasons <= {movie.title for movie in liked}


def test_the_list_changes_with_a_rating_and_back_without_it(mine, ada, live, site):
    before = listed(home(mine))
    rated(ada.rater, site[0], stars=5)
    assert listed(home(mine)) != before
    services.unrate(rater=ada.rater, movie=site[0])
    assert listed(home(mine)) == before


def test_hidden_and_rated_films_are_not_on_the_list(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    hidden = serving.recommend(ada.rater, n=1).films[0].movie
    services.hide(rater=ada.rater, movie=hidden)
    shown = listed(home(mine))
    assert shown
    assert not {hidden.title, *(movie.title for movie in site[:5])} & set(shown)


def test_a_genre_narrows_the_list(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    romance = {movie.title for movie in site[20:]}
    shown = listed(home(mine, "?genre=romance"))
    assert shown
    assert set(shown) <= romance


def test_an_unknown_genre_is_no_genre(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    assert listed(home(mine, "?genre=nonsense")) == listed(home(mine)) != []


def test_the_page_says_which_recommender_and_run_made_the_list(mine, ada, live: TrainingRun, site):
    rated(ada.rater, *site[:5], stars=5)
    html = home(mine)
    assert "Chosen by “The usher” from 5 ratings of yours" in html
    assert f"(run {live.pk})" in html


def test_the_fallback_is_named_in_plain_words(mine, live):
    html = home(mine)
    assert "We know nothing of your taste yet" in html
    assert "Chosen by “The box office”" in html


def test_before_the_first_run_the_page_says_so(mine):
    films(30)
    assert "No recommender has been trained yet." in home(mine)


def test_predicted_stars_on_a_card_say_how_sure_they_are(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    shown = re.findall(
        r'aria-label="Four times in five between ([\d.]+) and ([\d.]+), from (\d+) similar film', home(mine)
    )
    assert shown
    assert all(0.5 <= float(low) <= float(high) <= 5 and int(support) for low, high, support in shown)


# --- the film's page ------------------------------------------------------------------------------------------------


def test_a_films_page_shows_similar_films(client, live, site):
    html = client.get(f"/films/{site[0].pk}/").content.decode()
    science_fiction = {movie.title for movie in site[SCIENCE_FICTION]}
    assert len(listed(html)) >= 5
    assert set(listed(html)[:5]) <= science_fiction


def test_a_films_page_shows_the_own_rating_and_its_date(mine, ada, site):
    services.rate(rater=ada.rater, movie=site[0], stars=3.5, at=NOON)
    html = mine.get(f"/films/{site[0].pk}/").content.decode()
    assert "Your rating: <strong>3½</strong>" in html
    assert "20 November 2026" in html


def about(client: Client, movie: Movie) -> str:
    """Return what a film's page foresees, as plain words."""
    html = client.get(f"/films/{movie.pk}/").content.decode()
    section = html.partition('id="outlook"')[2].partition("</section>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", section).split())


def test_a_films_page_foresees_stars_with_their_range_and_what_they_rest_on(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    said = serving.around_film(site[9], ada.rater).outlook
    words = about(mine, site[9])
    assert f"★ {said.prediction.stars:.1f} of 5 stars" in words
    assert f"between {said.prediction.low:.1f} and {said.prediction.high:.1f} ." in words
    assert f"Based on {said.prediction.support} similar films you rated." in words


def test_one_similar_film_is_said_in_the_singular(mine, ada, live, site):
    rated(ada.rater, site[0], stars=5)
    assert "Based on 1 similar film you rated." in about(mine, site[9])


def test_what_is_foreseen_for_somebody_without_ratings_is_called_everybodys_average(mine, live, site):
    words = about(mine, site[9])
    assert "This is about everybody’s average. Rate films like it to make this yours." in words
    assert "Why" not in words


def test_when_none_of_the_ratings_speaks_for_a_film_its_page_says_so(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    assert "None of your ratings speaks for it." in about(mine, site[35])


def test_a_film_that_came_after_the_training_is_not_foreseen(mine, live):
    assert "This film came after the last training." in about(mine, film("Dune (2031)"))


def test_before_the_first_run_nothing_is_foreseen(mine):
    assert "No recommender has been trained yet" in about(mine, film("Heat (1995)"))


def test_a_visitor_is_foreseen_nothing(client, live, site):
    assert about(client, site[9]) == ""


def test_a_film_that_was_rated_is_foreseen_as_if_it_had_not_been(mine, ada, live, site):
    rated(ada.rater, *site[:5], stars=5)
    before = about(mine, site[9])
    services.rate(rater=ada.rater, movie=site[9], stars=0.5, at=NOON + timedelta(minutes=1))
    after = about(mine, site[9])
    assert "Without your rating we would say" in after
    assert before.partition("★")[2] == after.partition("★")[2]


def test_a_film_whose_rating_the_models_have_learned_from_is_not_foreseen(mine, ada, site, go):
    rated(ada.rater, *site[:5], stars=5)
    go()
    words = about(mine, site[0])
    assert "Your rating has taught the models already" in words
    assert "What else speaks for it" in words
    assert "Four times in five" not in words


def test_the_rating_control_is_ten_radio_buttons_with_names(mine):
    heat: Movie = film("Heat (1995)")
    html = mine.get(f"/films/{heat.pk}/").content.decode()
    assert re.findall(r'type="radio"[^>]* aria-label="([^"]*)"', html) == [
        *("½ star", "1 star", "1½ stars", "2 stars", "2½ stars"),
        *("3 stars", "3½ stars", "4 stars", "4½ stars", "5 stars"),
    ]


def test_a_films_page_works_out_its_reader_once_for_all_its_films(mine, ada, live, site, monkeypatch):
    rated(ada.rater, *site[:5], stars=5)
    asked = []
    predict = StarPredictor.predict
    monkeypatch.setattr(StarPredictor, "predict", lambda *given: asked.append(len(given[-1])) or predict(*given))
    html = mine.get(f"/films/{site[9].pk}/").content.decode()
    assert asked == [1 + html.count('class="card medium"')]


def test_a_list_that_says_what_its_films_would_be_given_is_not_predicted_again(mine, ada, live, site, monkeypatch):
    rated(ada.rater, *site[:5], stars=5)
    asked = []
    predict = StarPredictor.predict
    monkeypatch.setattr(StarPredictor, "predict", lambda *given: asked.append(given) or predict(*given))
    assert "for you" in home(mine)
    assert len(asked) == 1


def test_a_films_page_asks_as_much_for_many_films_and_reasons_as_for_few(
    mine, ada, live, site, django_assert_max_num_queries
):
    rated(ada.rater, *site[:12], stars=5)
    mine.get(f"/films/{site[15].pk}/")
    with django_assert_max_num_queries(16):
        mine.get(f"/films/{site[15].pk}/")
