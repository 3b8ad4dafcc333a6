"""No page, endpoint or list of the admin does more work the more films, people and ratings there are."""

import re
from itertools import count

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog import paging
from catalog.models import Genre, Movie, Numbering, Rater, Rating
from catalog.search import index, make_index_anew
from catalog.services import repair_totals
from tests.films import NOON, account, rated, tagged

pytestmark = pytest.mark.django_db

FEW, MANY = 240, 960
PATIENCE = 1.2
_numbers = count(10**6)

VISITORS = [
    "/",
    "/films/",
    "/films/?page=2",
    "/films/?order=rated",
    "/films/?order=newest",
    "/films/?order=oldest",
    "/films/?order=title",
    "/films/?genre=drama",
    "/films/?genre=drama&genre=comedy&order=newest",
    "/films/?genre_all=drama&genre_all=comedy",
    "/films/?genre_not=drama",
    "/films/?genre=western",
    "/films/?genre=western&order=rated",
    "/films/?genre_all=drama&genre_all=western",
    "/films/?genre=western&genre=musical&year_from=1960",
    "/films/?year_from=1900&year_to=2100",
    "/films/?year_from=1960&order=rated",
    "/films/?year_to=1900",
    "/films/?year_from=1890&year_to=1900&order=title",
    "/films/?ratings_from=2&ratings_to=5000",
    "/films/?ratings_from=2&order=newest",
    "/films/?tag=heist",
    "/films/{film}/",
    "/films/{film}/?like=newer",
    "/films/{film}/?like=less-popular",
    "/posters/{film}.svg",
    "/search/?q=the+film+7",
    "/search/?q=teh+flim+77",
    "/api/v1/movies/",
    "/api/v1/movies/?page=2",
    "/api/v1/movies/?genre=drama&ordering=rated",
    "/api/v1/movies/?genre=western&year_from=1900&ordering=id",
    "/api/v1/movies/?ordering=id&after={film}",
    "/api/v1/movies/?q=teh+flim+77",
    "/api/v1/movies/{film}/",
]
READERS = [
    "/",
    "/films/?rated=no",
    "/films/?rated=yes",
    "/films/?watchlist=no&hidden=no&order=rated",
    "/films/?watchlist=yes&genre=drama",
    "/films/?genre_not=drama&rated=no&hidden=no&order=newest",
    "/films/{film}/",
    "/me/",
    "/me/ratings/",
    "/me/watchlist/",
    "/me/hidden/",
    "/me/lists/",
    "/search/?q=flim",
    "/films/{film}/",
    "/me/",
    "/me/ratings/",
    "/search/?q=flim",
    "/me/taste/",
    "/me/taste/compare/",
]
OWNERS = [
    "/admin/catalog/movie/",
    "/admin/catalog/movie/{film}/change/",
    "/admin/catalog/genre/",
    "/admin/catalog/tag/",
    "/admin/catalog/rating/",
    "/admin/catalog/rating/?movie__id__exact={film}",
    "/admin/catalog/rater/",
    "/admin/accounts/user/",
    "/admin/accounts/filmlist/",
    "/api/v1/users/",
    "/api/v1/ratings/",
]
READERS += ["/me/statistics/", "/me/statistics/?year=2026", "/me/twins/", "/nights/"]


@pytest.fixture(autouse=True)
def _lists_end_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lists that end at thousands end at what a few films fill."""
    monkeypatch.setattr(paging, "COUNTED", 60)
    monkeypatch.setattr(index, "MOST_FOUND", 20)


@pytest.fixture
def browsers(client: Client) -> dict[str, Client]:
    """A visitor, a reader with a few ratings, and the owner, on a site of a few films."""
    reader, owner = account("ada"), User.objects.create_superuser("owner", password="popcorn-and-tea")
    films = grow(FEW)
    for old in films[10:30]:
        old.genres.add(Genre.objects.get_or_create(name="Western")[0])
    Movie.objects.filter(pk__in=[film.pk for film in films[30:40]]).update(year=1895)
    make_popular(films[0], FEW)
    for user in (reader, owner):
        rated(user.rater, *films[5:8])
    tagged(reader.rater, films[0], "heist")
    found = {"": client, "ada": Client(), "owner": Client()}
    found["ada"].force_login(reader)
    found["owner"].force_login(owner)
    return found


def grow(size: int) -> list[Movie]:
    """Add that many films and people, with ratings of every film by every fortieth of them; return the films."""
    genres = [Genre.objects.get_or_create(name=name)[0] for name in ("Drama", "Comedy", "Film-Noir")]
    numbers = [next(_numbers) for _ in range(size)]
    films = Movie.objects.bulk_create(
        Movie(
            numbering=Numbering.SAMPLE,
            number=number,
            title=f"The Film {number % 997}",
            listed_title=f"Film {number % 997}, The ({1950 + number % 70})",
            search_text=f"the film {number % 997}\nfilm {number % 997} the",
            year=1950 + number % 70,
        )
        for number in numbers
    )
    links = [(film, genres[0]) for film in films] + [(film, genres[1]) for film in films[::2]]
    links = [link for place, link in enumerate(links) if place % 3]
    through = Movie.genres.through
    through.objects.bulk_create(through(movie=film, genre=genre) for film, genre in links)
    people = Rater.objects.bulk_create(Rater() for _ in range(size))
    Rating.objects.bulk_create(
        Rating(rater=person, movie=film, half_stars=1 + (place + number) % 10, rated_at=NOON)
        for place, person in enumerate(people)
        for number, film in enumerate(films[place % 40 :: 40])
    )
    return films


def make_popular(movie: Movie, people: int) -> None:
    """Let that many people who are new give a film the same stars."""
    newcomers = Rater.objects.bulk_create(Rater() for _ in range(people))
    Rating.objects.bulk_create(Rating(rater=who, movie=movie, half_stars=9, rated_at=NOON) for who in newcomers)
    repair_totals()
    make_index_anew()


PAGES = [
    (name, address)
    for name, addresses in (("", VISITORS), ("ada", READERS), ("owner", OWNERS))
    for address in addresses
]


def steps(browser: Client, address: str) -> int:
    """Return how many hundreds of steps SQLite's machine took for a page that has been looked at before."""
    assert browser.get(address).status_code == 200
    taken = count()
    connection.connection.set_progress_handler(lambda: next(taken) < 0, 100)
    try:
        browser.get(address)
    finally:
        connection.connection.set_progress_handler(None, 0)
    return next(taken)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's machine")
def test_four_times_the_films_people_and_ratings_make_no_page_work_harder(browsers: dict[str, Client]) -> None:
    popular = Movie.objects.best_known()[0]

    def all_steps() -> dict[str, int]:
        return {f"{name} {address}": steps(browsers[name], address.format(film=popular.pk)) for name, address in PAGES}

    before = all_steps()
    grow(MANY - FEW)
    make_popular(popular, MANY)
    after = all_steps()
    assert {page: (before[page], after[page]) for page in before if after[page] > PATIENCE * before[page] + 10} == {}


@pytest.mark.database
def test_no_page_reads_all_ratings_or_all_star_counts(browsers: dict[str, Client]) -> None:
    film = Movie.objects.best_known()[0].pk
    scans = re.compile(r"\bSCAN catalog_(?:rating|starcount)\b|Seq Scan on catalog_(?:rating|starcount)\b")
    for name, address in PAGES:
        with CaptureQueriesContext(connection) as queries:
            browsers[name].get(address.format(film=film))
        statements = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
        # With a limit and nothing to sort or to leave out, the first rows of a table are all that is read.
        unlimited = [sql for sql in statements if "LIMIT" not in sql or "WHERE" in sql]
        assert [sql for sql in unlimited if scans.search(plan(sql))] == [], address


def plan(statement: str) -> str:
    """Return how the database goes about a query, when it has any other way than reading whole tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute("EXPLAIN QUERY PLAN " + statement.replace("%", "%%"), ())
        return "\n".join(str(row[-1]) for row in cursor)
