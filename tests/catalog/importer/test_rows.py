from functools import partial

import pytest

from catalog.importer.parse import ML_1M, ML_100K, film_of, genome_name_of, link_of, person_of, tag_use_of
from catalog.importer.parse.lines import BadRow

FLAGS = ["0"] * 19
tag = partial(tag_use_of, films={1}, latest=100)
person_of_100k = partial(person_of, columns=ML_100K.people.columns)
person_of_1m = partial(person_of, columns=ML_1M.people.columns)


def test_a_film_has_its_title_taken_apart():
    film = film_of(["858", "Godfather, The (1972)", "Drama|Crime"])
    assert (film.title, film.listed_title, film.year) == ("The Godfather", "Godfather, The (1972)", 1972)
    assert film.genres == ("Crime", "Drama")


@pytest.mark.parametrize("genres", ["(no genres listed)", "unknown", ""])
def test_no_genre_is_no_genre(genres):
    assert film_of(["1", "Babylon 5", genres]).genres == ()


@pytest.mark.parametrize("genre", ["Children", "Children's"])
def test_both_names_of_the_genre_for_children_are_one(genre):
    assert film_of(["1", "Babe (1995)", genre]).genres == ("Children",)


def test_flags_are_genres():
    flags = ["0", "1", *["0"] * 16, "1"]
    assert film_of(["1", "Bad Girls (1994)", "", "", "", *flags]).genres == ("Action", "Western")


def test_unknown_is_not_a_genre():
    assert film_of(["267", "unknown", "", "", "", "1", *["0"] * 18]).genres == ()


def test_ids_elsewhere_may_be_missing():
    assert link_of(["1", "0114709", ""])[1:] == (114709, None)


def test_a_person_of_100k():
    assert person_of_100k(["1", "24", "M", "technician", "85711"]) == (1, 24, "M", "technician", "85711")


def test_a_person_of_1m_has_the_occupation_by_name():
    assert person_of_1m(["2", "M", "56", "16", "70072"]) == (2, 56, "M", "self-employed", "70072")


def test_tags_are_told_apart_without_regard_to_case_and_blanks():
    assert tag(["1", "1", "  Dark   COMEDY ", "5"])[2:4] == ("Dark COMEDY", "dark comedy")


@pytest.mark.parametrize(
    ("convert", "fields", "column", "code"),
    [
        (film_of, ["0", "A", ""], "movieId", "out_of_range"),
        (film_of, ["1", "   ", ""], "title", "empty"),
        (film_of, ["1", "A" * 301, ""], "title", "too_long"),
        (film_of, ["1", "A", "B" * 41], "genres", "too_long"),
        (film_of, ["1", "A", "", "", "", "2", *FLAGS[1:]], "unknown", "not_a_flag"),
        (link_of, ["1", "tt0114709", ""], "imdbId", "not_a_number"),
        (link_of, ["1", "1", str(2**53)], "tmdbId", "out_of_range"),
        (person_of_100k, ["1", "old", "M", "", ""], "age", "not_a_number"),
        (person_of_100k, ["1", "999", "M", "", ""], "age", "out_of_range"),
        (person_of_100k, ["1", "24", "?", "", ""], "gender", "not_a_gender"),
        (person_of_100k, ["1", "24", "M", "x" * 41, ""], "occupation", "too_long"),
        (person_of_100k, ["1", "24", "M", "", "x" * 13], "zip", "too_long"),
        (person_of_1m, ["1", "M", "24", "21", ""], "occupation", "out_of_range"),
        (tag, ["1", "2", "a", "5"], "movieId", "unknown_movie"),
        (tag, ["1", "1", " ", "5"], "tag", "empty"),
        (tag, ["1", "1", "x" * 256, "5"], "tag", "too_long"),
        (tag, ["1", "1", "ß" * 200, "5"], "tag", "too_long"),
        (tag, ["1", "1", "a", "101"], "timestamp", "out_of_range"),
        (tag, ["1", "1", "a", "-5"], "timestamp", "out_of_range"),
        (genome_name_of, ["10001", "a"], "tagId", "out_of_range"),
        (genome_name_of, ["1", ""], "tag", "empty"),
    ],
)
def test_a_bad_field_is_rejected_with_its_column(convert, fields, column, code):
    with pytest.raises(BadRow) as bad:
        convert(fields)
    assert (bad.value.column, bad.value.code) == (column, code)


def test_milliseconds_are_recognized():
    with pytest.raises(BadRow, match="timestamp is in milliseconds"):
        tag_use_of(["1", "1", "a", "1445714994000"], films={1}, latest=1_800_000_000)
