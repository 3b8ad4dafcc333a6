"""Files of every site, honest ones and hostile ones, become rows or a sentence."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.importing.parse import MOST_BYTES, MOST_ROWS, FileRefused, Kind, Scale, Source, documents, file, read
from tests.accounts.importing import files
from tests.accounts.importing.files import row_of, rows_of, zip_of

HEAT = 113277


@pytest.mark.parametrize(
    ("content", "source", "rating", "on"),
    [
        (files.LETTERBOXD, Source.LETTERBOXD, 4.5, datetime(2024, 5, 2, tzinfo=UTC)),
        (files.IMDB, Source.IMDB, 9, datetime(2023, 1, 5, tzinfo=UTC)),
        (files.IMDB_OF_2017, Source.IMDB, 8, datetime(2017, 3, 4, tzinfo=UTC)),
        (files.MOVIELENS, Source.MOVIELENS, 4, datetime(2000, 7, 30, 18, 45, 3, tzinfo=UTC)),
        (files.MOVIELENS_ORG, Source.MOVIELENS, 4.5, None),
        (files.TRAKT, Source.TRAKT, 9, datetime(2021, 3, 1, 10, 20, 30, tzinfo=UTC)),
        (files.CRITICKER, Source.CRITICKER, 87, datetime(2017, 4, 23, 8, 18, tzinfo=UTC)),
        (files.CRITICKER_TABLE, Source.CRITICKER, 87, datetime(2017, 4, 23, tzinfo=UTC)),
        ("title,year,rating\nHeat,1995,4\n", Source.TABLE, 4, None),
    ],
)
def test_every_sites_file_is_known_by_its_content(
    content: str, source: Source, rating: float, on: datetime | None
) -> None:
    brought = read("anything.at.all", content.encode())
    (row,) = brought.rows
    assert (brought.source, row.rating, row.at, row.kind) == (source, rating, on, Kind.RATED)


@pytest.mark.parametrize("content", [files.IMDB, files.MOVIELENS_ORG, files.TRAKT, files.CRITICKER])
def test_ids_titles_and_years_are_read(content: str) -> None:
    row = row_of(content)
    assert row.imdb_id == HEAT
    assert row.title in {"Heat", "The Heat"}
    assert row.year == 1995


def test_films_have_their_other_ids() -> None:
    assert (row_of(files.MOVIELENS).number, row_of(files.MOVIELENS_ORG).tmdb_id, row_of(files.TRAKT).tmdb_id) == (
        6,
        949,
        949,
    )


def test_the_last_of_several_rows_about_a_film_counts() -> None:
    assert row_of(files.LETTERBOXD + files.LETTERBOXD.splitlines()[1].replace("4.5", "1")).rating == 1


def test_an_archive_of_letterboxd_is_read_as_a_whole_and_ratings_count_most() -> None:
    archive = zip_of(
        {
            "ratings.csv": files.LETTERBOXD,
            "diary.csv": files.LETTERBOXD_DIARY,
            "watched.csv": files.LETTERBOXD_LIST.replace("Up,2009", "Jaws,1975"),
            "watchlist.csv": files.LETTERBOXD_LIST,
            "deleted/diary.csv": files.LETTERBOXD_DIARY.replace("Heat", "Gone"),
            "likes/films.csv": files.LETTERBOXD_LIST.replace("Up", "Liked"),
            "profile.csv": "Date Joined,Username\n2020-01-01,ada\n",
        }
    )
    rows = {row.title: (row.kind, row.rating) for row in rows_of(archive, "letterboxd.zip")}
    assert rows == {"Heat": (Kind.RATED, 4.5), "Jaws": (Kind.SEEN, None), "Up": (Kind.WANTED, None)}


def test_an_archive_of_trakt_is_read_as_a_whole() -> None:
    archive = zip_of(
        {
            "ratings-movies.json": files.TRAKT,
            "ratings-shows.json": files.TRAKT_SHOWS.replace("Heat", "Some series"),
            "lists-watchlist.json": files.TRAKT_WATCHLIST.replace("Heat", "Up").replace("0113277", "1049413"),
            "user-settings.json": "{}",
        }
    )
    assert [(row.title, row.kind) for row in rows_of(archive, "trakt.zip")] == [
        ("Up", Kind.WANTED),
        ("Heat", Kind.RATED),
        ("Some series", Kind.NOT_A_FILM),
    ]


def test_watchlists_are_known_by_their_name_or_by_imdbs_columns() -> None:
    assert row_of(files.LETTERBOXD_LIST, "watchlist-ada-2024.csv").kind is Kind.WANTED
    assert row_of(files.LETTERBOXD_LIST, "watched.csv").kind is Kind.SEEN
    assert row_of(files.IMDB_WATCHLIST).kind is Kind.WANTED


@pytest.mark.parametrize("kind", ["TV Series", "TV Mini Series", "tvEpisode", "Video Game", "Podcast Series"])
def test_what_is_no_film_is_told_apart(kind: str) -> None:
    assert row_of(files.IMDB.replace(",Movie,", f",{kind},")).kind is Kind.NOT_A_FILM


@pytest.mark.parametrize("kind", ["TV Movie", "Short", "Video", "movie"])
def test_what_is_a_film_of_another_kind_is_a_film(kind: str) -> None:
    assert row_of(files.IMDB.replace(",Movie,", f",{kind},")).kind is Kind.RATED


@pytest.mark.parametrize(
    ("scale", "rating", "half_stars"),
    [
        (Scale.FIVE, 4.5, 9),
        (Scale.FIVE, 0.5, 1),
        (Scale.FIVE, 3.25, 7),
        (Scale.FIVE, 0, None),
        (Scale.FIVE, 5.5, None),
        (Scale.TEN, 1, 1),
        (Scale.TEN, 10, 10),
        (Scale.TEN, 7.5, 8),
        (Scale.TEN, 0, None),
        (Scale.HUNDRED, 0, 1),
        (Scale.HUNDRED, 87, 9),
        (Scale.HUNDRED, 85, 9),
        (Scale.HUNDRED, 84, 8),
        (Scale.HUNDRED, -1, None),
    ],
)
def test_scales_become_half_stars(scale: Scale, rating: float, half_stars: int | None) -> None:
    assert scale.half_stars(rating) == half_stars


@pytest.mark.parametrize(("highest", "scale"), [("5", "5"), ("4,5", "5"), ("7", "10"), ("63", "100"), ("900", "100")])
def test_the_scale_of_ones_own_table_is_guessed_from_its_highest_rating(highest: str, scale: str) -> None:
    brought = read("my.csv", f"title;year;rating\nHeat;1995;{highest}\nUp;2009;1\n".encode())
    assert (brought.scale, brought.scale_is_guessed) == (scale, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_titles_survive_the_encoding_of_whatever_program_wrote_them(encoding: str) -> None:
    content = "title,year,rating\nAmélie from Montmartre,2001,5\nDas Mädchen,1990,4\n".encode(encoding)
    assert [row.title for row in rows_of(content)] == ["Amélie from Montmartre", "Das Mädchen"]


def test_quotes_commas_and_line_ends_inside_cells_are_kept() -> None:
    row = row_of('title,year,rating\r\n"The ""Good"",\nthe Bad",1966,5\r\n')
    assert row.title == 'The "Good", the Bad'


def test_formulas_and_markup_in_titles_are_words() -> None:
    assert row_of("title,rating\n\"=cmd|' /C calc'!A0<script>\",3\n").title == "=cmd|' /C calc'!A0<script>"


def test_a_table_of_a_million_columns_is_read_by_its_first_ones() -> None:
    assert row_of("title,rating" + "," * 10**6 + "\nHeat,3" + ",x" * 10**6 + "\n").title == "Heat"


def test_characters_that_nobody_can_see_or_store_are_left_out() -> None:
    assert row_of("title,rating\nHe\0at\x07 \x1b[31m,3\n").title == "Heat [31m"
    assert "\ud800" not in row_of(files.TRAKT.replace("Heat", "\\ud800Heat")).title


@pytest.mark.parametrize("when", ["0001-01-01", "99999999999999999999", "-5", "yesterday", "2024-13-45", "1e400"])
def test_a_date_that_cannot_be_meant_is_no_date(when: str) -> None:
    assert row_of(f"title,rating,date\nHeat,3,{when}\n").at is None


@pytest.mark.parametrize("rating", ["nan", "inf", "-inf", "good", "1e999"])
def test_a_rating_that_is_no_number_is_reported(rating: str) -> None:
    row = row_of(f"title,rating\nHeat,{rating}\n")
    assert (row.kind, row.rating) == (Kind.UNREADABLE, None)


def test_rows_without_a_film_are_reported_each() -> None:
    rows = read("mine.csv", b"title,year,rating\nHeat,1995,4\n,1999,3\n,1972,5\n").rows
    assert [(row.kind, row.rating) for row in rows] == [
        (Kind.RATED, 4),
        (Kind.UNREADABLE, 3),
        (Kind.UNREADABLE, 5),
    ]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<recentrankings><film><filmname>&b;</filmname></film></recentrankings>"
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "title, year and rating"),
        (b"a,b,c\n1,2,3\n", "title, year and rating"),
        (b"title,year,rating\n", "no rows"),
        (b'title,rating\n"Heat,4\nUp,3\n', "Line 3 .* quotation mark"),
        (b"title,rating\n" + b"x" * 200_000 + b",3\n", "Line 2"),
        (b'[{"rating": 9, "movie": {"title": "He', "broken or cut short"),
        (b"[" * 100_000, "broken or cut short"),
        (b'[{"rating": 9}]', "No films"),
        (b'{"a": 1}', "No films"),
        (b"<recentrankings><film><filmname>He", "broken or cut short"),
        (b"<html><body>Please sign in</body></html>", "No films"),
        (BOMB.encode(), "document type"),
        (b"PK\3\4 and then nothing", "not a zip file"),
        (zip_of({"readme.pdf": "x", "notes.pdf": "y"}), "no file of ratings"),
        (zip_of({"ratings.csv": ""}), "empty"),
        (zip_of({"ratings.csv": bytes(30 * 1024**2)}), "unpacks to more than it could hold"),
        (zip_of({"../ratings.csv": "x"}), "leads out"),
        (zip_of({"ratings.csv": files.LETTERBOXD, "ratings.json": files.TRAKT}), "several sites"),
        (files.MOVIELENS.encode() + b"8,6,4.0,964982703\n", "ratings of 2 people"),
        (b"title,rating\n" * (MOST_ROWS * 2), "more than 50,000 rows"),
        (b"x" * (MOST_BYTES + 1), "at most 5 MB"),
    ],
    ids=lambda value: str(value[:30]),
)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read("ratings", content)


def test_an_archive_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST_UNPACKED", 1_000)
    with pytest.raises(FileRefused, match="at most 5 MB"):
        read("ratings.zip", zip_of({"ratings.csv": "title,rating\n" + "Heat,3\n" * 200}))


TWENTY = range(20)


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        ("records_of", zip_of({f"ratings-{n}.csv": "title,rating\n" + "Heat,3\n" * 8 for n in TWENTY})),
        ("json_records", json.dumps([{"movie": {}} for _ in range(500)]).encode()),
        ("xml_records", b"<a>" + b"<film/>" * 500 + b"</a>"),
    ],
)
def test_no_more_records_are_made_than_a_file_may_have(
    monkeypatch: pytest.MonkeyPatch, reader: str, content: bytes
) -> None:
    made: list[object] = []
    read_on = getattr(file, reader)
    monkeypatch.setattr(file, reader, lambda text: (made.append(record) or record for record in read_on(text)))
    monkeypatch.setattr(file, "MOST_ROWS", 100)
    with pytest.raises(FileRefused, match="more than 100 rows"):
        read("ratings", content)
    assert len(made) == 101


def test_json_that_holds_too_much_else_is_refused_before_it_is_read() -> None:
    with pytest.raises(FileRefused, match="far more than films"):
        read("ratings.json", b"[" + b"[]," * (documents.MOST_VALUES // 2) + b"[]]")


def outcome(content: bytes) -> object:
    """Return the rows of a file, or the sentence of whoever refuses it; any other exception goes through."""
    try:
        return rows_of(content)
    except FileRefused as refused:
        return str(refused)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: f"title,rating\n{text}".encode())))
def test_whatever_is_sent_becomes_rows_or_a_sentence(content: bytes) -> None:
    assert outcome(content)


NAMES = st.sampled_from(["movie", "show", "ids", "title", "year", "rating", "rated_at", "listed_at", "imdb"])
LEAVES = st.none() | st.floats() | st.text(max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=12))
def test_any_json_becomes_rows_or_a_sentence(document: object) -> None:
    assert outcome(json.dumps([document]).encode())
