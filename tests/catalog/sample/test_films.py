import csv
import re
import zipfile
from collections import Counter
from io import TextIOWrapper
from pathlib import Path

import pytest

from catalog.sample.films import FILMS, TAGS, known_films, known_taggings, year_of
from catalog.sample.tastes import ACCLAIM, TASTES
from catalog.sample.timeline import LAST, new_year
from catalog.titles import fold, split_title

GENRES = {"Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy"} | {
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western"
}  # fmt: skip
KNOWN = known_films()


def test_about_five_hundred_films_are_there_each_once():
    titles = [fold(film.title) for film in KNOWN]
    assert 480 <= len(titles) <= 600
    assert [title for title, times in Counter(titles).items() if times > 1] == []


def test_no_two_films_have_the_same_name():
    names = Counter(split_title(film.title).title for film in KNOWN)
    assert [name for name, times in names.items() if times > 1] == []


def test_films_are_numbered_from_one_without_a_gap():
    with FILMS.open(encoding="utf-8", newline="") as file:
        numbers = [int(row["movieId"]) for row in csv.DictReader(file)]
    assert numbers == list(range(1, len(KNOWN) + 1))


def test_every_title_ends_with_its_year():
    assert [film.title for film in KNOWN if not re.search(r"\S \((19|20)\d\d\)$", film.title)] == []


def test_no_title_begins_with_an_article():
    assert [film.title for film in KNOWN if re.match(r"(The|A|An) ", film.title)] == []


def test_films_come_from_every_decade_of_a_century():
    decades = Counter(film.year // 10 * 10 for film in KNOWN)
    assert sorted(decades) == list(range(1920, 2030, 10))
    assert min(decades.values()) >= 4


def test_all_eighteen_genres_occur_and_no_other():
    assert set.union(*[set(film.genres) for film in KNOWN]) == GENRES


def test_genres_of_a_film_are_in_order_and_occur_once():
    assert [film.title for film in KNOWN if list(film.genres) != sorted(set(film.genres))] == []


def test_foreign_films_carry_their_original_title():
    originals = {split_title(film.title).title: split_title(film.title).original_title for film in KNOWN}
    assert originals["Amelie"] == "Le Fabuleux destin d'Amélie Poulain"
    assert sum(bool(original) for original in originals.values()) >= 15


def test_every_film_has_two_to_four_tags():
    assert [film.title for film in KNOWN if not 2 <= len(set(film.tags)) == len(film.tags) <= 4] == []


def test_tags_are_put_on_by_the_people_of_the_sample_after_the_film_came_out():
    for tagging in known_taggings():
        assert 1 <= tagging.person <= 600
        assert new_year(KNOWN[tagging.film - 1].year) <= tagging.time <= LAST


def test_tags_are_in_the_order_of_people_and_films():
    with TAGS.open(encoding="utf-8", newline="") as file:
        order = [(int(row["userId"]), int(row["movieId"])) for row in csv.DictReader(file)]
    assert order == sorted(order)


def test_every_word_that_a_taste_or_acclaim_listens_to_is_spelled_as_in_the_tags():
    used = {tag.casefold(): tag for film in KNOWN for tag in film.tags}
    words = set(ACCLAIM).union(*[taste.tags for taste in TASTES])
    assert [word for word in words if used.get(word.casefold()) != word] == []


def test_a_title_without_a_year_is_refused():
    with pytest.raises(ValueError, match="'Godfather, The' is listed without a year"):
        year_of("Godfather, The")


@pytest.mark.real_data
def test_years_agree_with_movielens(movielens_data: Path):
    with zipfile.ZipFile(movielens_data / "ml-latest-small.zip").open("ml-latest-small/movies.csv") as file:
        listed = [split_title(row["title"]) for row in csv.DictReader(TextIOWrapper(file, "utf-8"))]
    years: dict[str, set[int]] = {}
    for title in listed:
        if title.year:
            years.setdefault(fold(title.title), set()).add(title.year)
    old = [(fold(split_title(film.title).title), film.year) for film in KNOWN if film.year < 2018]
    assert len([name for name, _ in old if name in years]) > 400
    assert [(name, year) for name, year in old if name in years and year not in years[name]] == []
