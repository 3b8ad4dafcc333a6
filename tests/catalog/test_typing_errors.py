"""The search forgives typing errors, and its index finds what the database itself would find."""

import random
import string
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Catalogue, Movie
from catalog.search import find, index, live, make_index, plain, search
from catalog.search.edits import edit_distances, padded
from catalog.search.forgiving import _codes
from catalog.search.query import parse
from tests.films import film

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TITLES = [
    "Godfather, The (1972)",
    "Godfather: Part II, The (1974)",
    "Tokyo Godfathers (2003)",
    "Lord of the Rings: The Fellowship of the Ring, The (2001)",
    "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
    "Shawshank Redemption, The (1994)",
    "Star Wars (1977)",
    "Heat (1995)",
    "The (1990)",
    "A la mode (1976)",
    "Das Boot (1981)",
    "Le Samouraï (1967)",
    "千と千尋の神隠し (2001)",
    "Сталкер (1979)",
    "1984 (1956)",
    "2001: A Space Odyssey (1968)",
    "Blade Runner 2049 (2017)",
]


@pytest.fixture
def shelf(db: None) -> None:
    for place, listed in enumerate(TITLES):
        film(listed, known=len(TITLES) - place)


def found(q: str) -> list[str]:
    return [movie.listed_title for movie in search(Movie.objects.all(), q)]


# --- errors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("q", "listed"),
    [
        ("godfahter", "Godfather, The (1972)"),
        ("teh godfathr", "Godfather, The (1972)"),
        ("Godfater, The", "Godfather, The (1972)"),
        ("the godfahter 1972", "Godfather, The (1972)"),
        ("shawshak redemtion", "Shawshank Redemption, The (1994)"),
        ("redemption shawshenk", "Shawshank Redemption, The (1994)"),
        ("starwars", "Star Wars (1977)"),
        ("satr wras", "Star Wars (1977)"),
        ("haet", "Heat (1995)"),
        ("felowship of the rign", "Lord of the Rings: The Fellowship of the Ring, The (2001)"),
        ("cite des enfnts perdus", "City of Lost Children, The (Cité des enfants perdus, La) (1995)"),
        ("samurai", "Le Samouraï (1967)"),
        ("千と千尋の神隠", "千と千尋の神隠し (2001)"),
        ("千と千の神隠し", "千と千尋の神隠し (2001)"),
        ("Стакер", "Сталкер (1979)"),
        ("сталкер", "Сталкер (1979)"),
    ],
)
def test_a_mistyped_title_finds_its_film_first(shelf: None, q: str, listed: str) -> None:
    assert found(q)[0] == listed


def test_what_comes_close_follows_what_matches(shelf: None) -> None:
    assert found("godfathers")[0] == "Tokyo Godfathers (2003)"
    assert set(found("godfathers")[1:]) >= {"Godfather, The (1972)"}
    assert find("godfathers").exact == [Movie.objects.get(title="Tokyo Godfathers").pk]


def test_nothing_is_added_to_a_page_that_is_full() -> None:
    for year in range(1950, 1950 + index.ENOUGH):
        film(f"Hamlet ({year})")
    film("Hamlets (1990)")
    film("Hamelt (1991)")
    assert len(find("hamlet").exact) == index.ENOUGH + 1
    assert find("hamlet").close == []


@pytest.mark.parametrize(
    "q", ["qqqqzzzz", "x" * 300, "…", "!?!", "\u200b", "🎬🎬", "a b c d e f g h", "\x07", "ﷺ" * 18]
)
def test_what_resembles_nothing_finds_nothing(shelf: None, q: str) -> None:
    assert find(q).films == []


def test_ten_thousand_hostile_letters_break_nothing(shelf: None) -> None:
    rng = random.Random(0)
    letters = string.printable + "éßıŁ½千ス\u0301\u202e\u200d\0🎬ﬁ"
    for length in (1, 2, 3, 17, 64, 299, 300):
        for _ in range(10):
            find("".join(rng.choices(letters, k=length)))


@given(
    st.lists(st.text("abc千", min_size=1, max_size=7), min_size=1, max_size=6),
    st.text("abc千", min_size=1, max_size=7),
)
def test_errors_of_all_titles_at_once_are_those_of_each(titles: list[str], typed: str) -> None:
    starts = index.exact.starts(map(len, titles))
    letters, lengths = padded(_codes("".join(titles)), starts[:-1], starts[1:])
    assert edit_distances(_codes(typed), letters, lengths).tolist() == [errors(typed, title) for title in titles]


def errors(typed: str, title: str) -> int:
    """Return what `edit_distances` returns, by its definition."""
    table = [[max(i, j) if not i or not j else 0 for j in range(len(title) + 1)] for i in range(len(typed) + 1)]
    for i in range(1, len(typed) + 1):
        for j in range(1, len(title) + 1):
            same = table[i - 1][j - 1] + (typed[i - 1] != title[j - 1])
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, same)
            if i > 1 and j > 1 and typed[i - 2 : i] == title[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


# --- the index and the database -------------------------------------------------------------------------------------


def queries() -> Iterator[str]:
    """Yield whole titles, parts of them, single letters, and words that stand in several."""
    for listed in TITLES:
        words = listed.split()
        yield from (listed, " ".join(words[:2]), words[-2][:3], words[0][1:], f"{words[0]} {words[-1]}")
    yield from [*"abdeo", "the", "of the", "god father", "the a", "1984", "2049", "space 1968", "la", "an"]


def test_the_index_finds_the_films_of_the_database_in_the_same_order(shelf: None) -> None:
    for q in queries():
        query = parse(q)
        if query is not None:
            wanted = list(plain.matching(Movie.objects.all(), query).values_list("pk", flat=True))
            assert find(q).exact == wanted, q


# --- where it lives -------------------------------------------------------------------------------------------------


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Make every catalogue a large one, and keep what would be done in the background."""
    kept: list[Callable[[], None]] = []
    monkeypatch.setattr(live, "FEW_FILMS", 0)
    monkeypatch.setattr(live, "_in_background", kept.append)
    return kept


def forget() -> None:
    """Be a process that has just started, on a machine without an index."""
    live._Kept.value = (None, None)
    for folder in Path(settings.VAR_DIR, "search").glob("*-*"):
        live.shutil.rmtree(folder)


def test_a_film_that_is_stored_is_found_at_once(shelf: None) -> None:
    assert found("metropolis") == []
    film("Metropolis (1927)")
    assert found("metropoils") == ["Metropolis (1927)"]


def test_another_process_reads_the_index_and_makes_none(shelf: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_index()
    live._Kept.value = (None, None)
    monkeypatch.setattr(live, "make_index", lambda: pytest.fail("It was made again."))
    assert found("haet") == ["Heat (1995)"]


def test_without_an_index_the_database_answers_while_one_is_made(shelf: None, later: list[Callable[[], None]]) -> None:
    forget()
    assert found("heat") == ["Heat (1995)"]
    assert found("haet") == []
    assert later


def test_an_index_of_many_films_is_made_beside_the_requests(shelf: None, later: list[Callable[[], None]]) -> None:
    make_index()
    film("Metropolis (1927)")
    assert (found("metropolis"), found("haet")) == ([], ["Heat (1995)"])
    make_index()
    assert found("metropoils") == ["Metropolis (1927)"]


def test_an_index_that_is_damaged_is_made_again(shelf: None) -> None:
    make_index()
    folder = live._folder(Catalogue.objects.get().stamp)
    (folder / "text.npy").write_bytes(b"nonsense")
    live._Kept.value = (None, None)
    assert found("haet") == ["Heat (1995)"]


def test_a_folder_that_cannot_be_written_costs_only_the_sharing(shelf: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    forget()
    monkeypatch.setattr(index, "write", full)
    assert found("haet") == ["Heat (1995)"]


def test_old_indexes_are_removed(shelf: None) -> None:
    make_index()
    film("Metropolis (1927)")
    make_index()
    assert len(list(Path(settings.VAR_DIR, "search").glob("*-*"))) == 1


def test_an_index_without_films_finds_none() -> None:
    Catalogue.changed()
    assert find("heat").films == []


# --- doors ----------------------------------------------------------------------------------------------------------


def test_the_page_says_which_films_only_come_close(client: Client, shelf: None) -> None:
    html = client.get("/search/?q=haet").content.decode()
    assert "Heat" in html
    assert "No title is written like that" in html
    assert "Close to it" not in html


def test_the_page_puts_close_ones_under_a_heading_of_their_own(client: Client, shelf: None) -> None:
    html = client.get("/search/?q=godfathers").content.decode()
    assert html.index("Tokyo Godfathers") < html.index("Close to it") < html.index("The Godfather")


def test_programs_get_forgiven_too(client: Client, shelf: None) -> None:
    films = client.get("/api/v1/movies/?q=shawshak").json()["results"]
    assert [movie["title"] for movie in films] == ["The Shawshank Redemption"]
