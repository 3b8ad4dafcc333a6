import pytest

from catalog.filters import MovieFilter
from catalog.models import Movie, Rater
from catalog.search import search
from tests.films import film, tagged

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ODD_QUERIES = ["heat " * 2000, "x" * 10_000, "a b " * 40, "%", "_", "\\", "\0", "'; --", "🎬", "\ud800"]


def found(q: str) -> list[str]:
    return [str(movie) for movie in search(Movie.objects.all(), q)]


def kept(**query: str) -> list[str]:
    return [movie.title for movie in MovieFilter(query, Movie.objects.order_by("id")).qs]


@pytest.fixture
def godfathers():
    film("Godfather: Part II, The (1974)", known=200)
    film("Godfather, The (1972)", known=300)
    film("Tokyo Godfathers (2003)", known=400)
    film("3 Godfathers (1948)", known=5)
    film("Heat (1995)", known=1000)


@pytest.mark.parametrize(
    "q", ["godfather", "The Godfather", "Godfather, The", "GODFATHER THE", "  the   godfather ", "godfather 1972"]
)
def test_the_godfather_is_first_however_it_is_typed(godfathers, q):
    assert found(q)[0] == "The Godfather (1972)"


def test_better_matches_come_before_better_known_films(godfathers):
    assert found("godfather") == [
        "The Godfather (1972)",
        "The Godfather: Part II (1974)",
        "Tokyo Godfathers (2003)",
        "3 Godfathers (1948)",
    ]


def test_equally_good_matches_are_ordered_by_the_number_of_ratings():
    film("Solaris (1972)", known=1)
    film("Solaris (2002)", known=9)
    assert found("solaris") == ["Solaris (2002)", "Solaris (1972)"]


def test_parts_of_words_come_last():
    film("Redfather (1990)", known=1000)
    film("My Father the Hero (1994)", known=1)
    assert found("father") == ["My Father the Hero (1994)", "Redfather (1990)"]


@pytest.mark.parametrize("q", ["cité des enfants", "CITE DES ENFANTS PERDUS", "city of lost children", "perdus cite"])
def test_original_titles_are_found_with_and_without_accents(q):
    film("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    assert found(q) == ["The City of Lost Children (1995)"]


def test_a_year_in_the_title_stays_a_word_of_the_title():
    film("Blade Runner (1982)", known=9)
    film("Blade Runner 2049 (2017)")
    assert found("blade runner 2049") == ["Blade Runner 2049 (2017)", "Blade Runner (1982)"]


def test_a_year_alone_finds_titles_and_not_the_films_of_that_year():
    film("1984 (1956)")
    film("Amadeus (1984)")
    assert found("1984") == ["1984 (1956)"]


@pytest.mark.parametrize("q", ODD_QUERIES)
def test_an_odd_query_finds_nothing_and_breaks_nothing(godfathers, q):
    assert found(q) == []


def test_an_empty_query_leaves_films_and_their_order_alone(godfathers):
    by_year = Movie.objects.order_by("year")
    assert list(search(by_year, " ")) == list(by_year)


@pytest.mark.parametrize("genre", ["Sci-Fi", "sci-fi", "SCI-FI"])
def test_a_genre_is_found_by_name_and_by_slug(genre):
    film("Alien (1979)", "Horror", "Sci-Fi")
    film("Heat (1995)", "Crime")
    assert kept(genre=genre) == ["Alien"]


def test_of_an_unknown_genre_there_are_no_films(godfathers):
    assert kept(genre="nonsense") == []
    assert kept(genre="!!!") == []


def test_years_are_inclusive(godfathers):
    assert kept(year_from="1972", year_to="1974") == ["The Godfather: Part II", "The Godfather"]


@pytest.mark.parametrize("year", ["soon", "1e9", "99999999999999999999", "-1", "19.5", "\0"])
def test_a_year_that_is_none_is_named_beside_its_field(year):
    assert "year_from" in MovieFilter({"year_from": year}, Movie.objects.all()).errors


def test_a_tag_is_found_in_whatever_case_and_once_a_film(godfathers):
    heat = Movie.objects.get(title="Heat")
    tagged(Rater.objects.create(), heat, "Heist")
    tagged(Rater.objects.create(), heat, "Heist")
    assert kept(tag="HEIST") == ["Heat"]
