"""The pages that show films, as a visitor gets them."""

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Movie, Numbering, Rater, Release
from tests.films import account, film, films, rated, tagged

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARKUP = '<script>alert("&")</script>'


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    return re.findall(r'class="card-title">([^<]*)<', html)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page(client, address)
    return len(captured)


# --- browse ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("known", "Heat", "Metropolis"),
        ("rated", "Metropolis", "Cats"),
        ("newest", "Cats", "Metropolis"),
        ("oldest", "Metropolis", "Cats"),
        ("title", "Cats", "Metropolis"),
        ("nonsense", "Heat", "Metropolis"),
    ],
)
def test_films_are_shown_in_the_order_asked_for(client, order, first, last):
    film("Heat (1995)", known=100)
    film("Cats (2019)", rating_count=50, rating_sum=100)
    film("Metropolis (1927)", rating_count=40, rating_sum=400)
    found = titles(page(client, f"/films/?order={order}"))
    assert (found[0], found[-1]) == (first, last)


def test_a_title_is_sorted_by_its_first_word_that_is_no_article(client):
    film("Heat (1995)")
    film("Apartment, The (1960)")
    assert titles(page(client, "/films/?order=title")) == ["The Apartment", "Heat"]


@pytest.mark.parametrize("order", ["known", "rated", "newest", "oldest", "title"])
def test_paging_shows_every_film_exactly_once(client, order):
    for _ in range(50):
        film("Twins (1988)")
    shown = [
        pk
        for number in (1, 2, 3)
        for pk in re.findall(r'id="film-(\d+)"', page(client, f"/films/?order={order}&page={number}"))
    ]
    assert len(shown) == len(set(shown)) == 50


@pytest.mark.parametrize("number", ["0", "x", "-3", "999999999999999999999", "\0", ""])
def test_a_page_that_is_not_there_becomes_one_that_is(client, number):
    films(30)
    assert client.get("/films/", {"page": number}).context["page"].number in {1, 2}


def test_links_to_other_pages_keep_the_filters(client):
    films(30, "Drama")
    assert "?genre=drama&amp;order=oldest&amp;page=2" in page(client, "/films/?genre=drama&order=oldest")


def test_only_films_of_the_genre_are_shown(client):
    film("Alien (1979)", "Sci-Fi", "Horror")
    film("Heat (1995)", "Crime")
    assert titles(page(client, "/films/?genre=sci-fi")) == ["Alien"]


def test_when_nothing_matches_the_page_says_what_to_drop(client):
    film("Alien (1979)", "Horror")
    html = page(client, "/films/?genre=horror&year_to=1960")
    assert "Nothing matches all of these." in html
    assert re.search(r'href="\?genre=horror">Without “to 1960”\s+</a> there\s+is 1\.', html)


def test_a_year_that_is_none_is_named_beside_its_field(client):
    film("Alien (1979)")
    html = page(client, "/films/?year_from=soon")
    assert 'value="soon"' in html
    assert "Enter a whole number." in html


def test_a_site_without_films_says_so(client):
    assert "There are no films yet." in page(client, "/films/")


# --- search ---------------------------------------------------------------------------------------------------------


def test_search_shows_the_best_match_first(client):
    film("Tokyo Godfathers (2003)", known=90)
    film("Godfather, The (1972)", known=9)
    assert titles(page(client, "/search/?q=Godfather")) == ["The Godfather", "Tokyo Godfathers"]


@pytest.mark.parametrize("q", ["x" * 10_000, "%00", "\0", MARKUP, "'; drop table", "🎬" * 300, "\u202e"])
def test_a_search_for_anything_is_answered_kindly(client, q):
    film("Heat (1995)")
    response = client.get("/search/", {"q": q})
    assert response.status_code == 200
    assert titles(response.content.decode()) == []
    assert MARKUP not in response.content.decode()


def test_a_search_that_finds_nothing_says_what_to_try(client):
    assert "Try fewer of them" in page(client, "/search/?q=nonsense")


def test_an_empty_search_shows_how_to_search(client):
    assert "Type a title" in page(client, "/search/")


def test_a_search_for_a_part_of_a_genre_leads_to_its_films(client):
    film("Laura (1944)", "Film-Noir")
    assert 'href="/films/?genre=film-noir"' in page(client, "/search/?q=Noir")
    assert 'href="/films/?genre=film-noir">All' not in page(client, "/search/?q=no")


def test_a_search_for_a_tag_leads_to_the_films_that_have_it(client):
    tagged(Rater.objects.create(), film("Heat (1995)"), "Heist")
    assert 'href="/films/?tag=Heist"' in page(client, "/search/?q=heist")


# --- a film ---------------------------------------------------------------------------------------------------------


def test_a_films_page_has_its_facts(client):
    heat = film("Heat (1995)", "Crime", imdb_id=113277, tmdb_id=949)
    rated(Rater.objects.create(), heat, stars=4.5)
    tagged(Rater.objects.create(), heat, "heist")
    html = page(client, f"/films/{heat.pk}/")
    for fact in (
        "Heat",
        "1995",
        "/films/?genre=crime",
        "heist",
        "imdb.com/title/tt0113277",
        "themoviedb.org/movie/949",
        "4.5",
    ):
        assert fact in html


def test_the_distribution_of_ratings_is_there_as_a_table_too(client):
    heat = film("Heat (1995)")
    for stars in (4, 4, 2):
        rated(Rater.objects.create(), heat, stars=stars)
    html = page(client, f"/films/{heat.pk}/")
    assert '<th scope="row">4 stars</th><td>2</td>' in html
    assert "Most often 4 stars" in html


def test_a_film_that_nobody_knows_anything_about_has_a_page(client):
    bare = Movie.objects.create(numbering=Numbering.SAMPLE, number=1, title="?", listed_title="?", search_text="")
    html = page(client, f"/films/{bare.pk}/")
    assert "Nobody has rated it yet." in html
    assert "No genre is known" in html


@pytest.mark.parametrize("address", ["/films/999/", "/films/99999999999999999999999/", "/posters/999.svg", "/nowhere"])
def test_what_is_not_there_is_answered_in_our_look(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert b"There is nothing here" in response.content


def test_a_title_full_of_markup_is_shown_as_text(client):
    strange = film(f"{MARKUP} (1999)", known=5)
    client.force_login(account())
    for address in ("/", "/films/", f"/films/{strange.pk}/", "/search/?q=script"):
        html = page(client, address)
        assert MARKUP not in html
        assert "&lt;script&gt;" in html


# --- posters --------------------------------------------------------------------------------------------------------


def test_a_poster_may_be_kept_for_a_week_and_carries_no_cookie(client):
    response = client.get(f"/posters/{film('Heat (1995)').pk}.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert f"max-age={7 * 24 * 3600}," in response["Cache-Control"]
    assert "immutable" not in response["Cache-Control"]
    assert "style-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def test_a_poster_with_markup_in_its_title_is_a_well_formed_picture(client):
    drawing = client.get(f"/posters/{film(f'{MARKUP} (1999)').pk}.svg").content
    texts = ElementTree.fromstring(drawing).itertext()
    assert "<script>" in "".join(texts)
    assert b"<script>" not in drawing


# --- every page -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/films/", "/search/?q=film", "/films/{pk}/"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_the_number_of_queries_does_not_grow_with_films(client, address, signed_in):
    first, *others = films(14, "Drama")
    rated(Rater.objects.create(), first, *others)
    if signed_in:
        client.force_login(account())
    few = queries(client, address.format(pk=first.pk))
    rated(Rater.objects.create(), *films(20, "Drama", "Comedy"))
    assert queries(client, address.format(pk=first.pk)) == few


@pytest.mark.parametrize(
    ("name", "numbering", "words"),
    [("sample", Numbering.SAMPLE, "The ratings here are invented"), ("ml-25m", Numbering.MOVIELENS, "GroupLens")],
)
def test_every_page_says_whose_ratings_these_are(client, name, numbering, words):
    Release.objects.create(name=name, numbering=numbering)
    for address in ("/", "/films/", "/search/", "/accounts/login/"):
        assert words in page(client, address)
    assert words in client.get("/nowhere").content.decode()


@pytest.mark.parametrize("address", ["/", "/films/", "/search/?q=heat", "/accounts/signup/", "/nowhere"])
def test_no_page_has_scripts_styles_or_handlers_in_it(client, address):
    film("Heat (1995)", known=3)
    html = client.get(address).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", html)


@pytest.mark.parametrize("address", ["/", "/films/", "/search/", "/posters/1.svg"])
def test_pages_are_only_read(client, address):
    assert client.post(address).status_code == 405
