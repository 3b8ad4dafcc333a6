import numpy as np
import pytest

from catalog.sample.films import known_films, known_taggings
from catalog.sample.invention import films_for, taggings_for
from catalog.sample.tastes import TASTES
from catalog.sample.timeline import LAST, new_year
from catalog.titles import split_title


@pytest.fixture(scope="module")
def films():
    return films_for(5_000, np.random.default_rng(1))


def test_the_films_written_by_hand_come_first(films):
    assert films[: len(known_films())] == known_films()
    assert films_for(10, np.random.default_rng(1)) == known_films()[:10]


def test_invented_films_have_titles_of_their_own(films):
    assert len({film.title for film in films}) == len({split_title(film.title).title for film in films}) == 5_000


def test_invented_titles_are_listed_as_movielens_does(films):
    assert {split_title(film.title).year for film in films} <= set(range(1925, 2025))
    assert any(film.title.rpartition(" (")[0].endswith(", The") for film in films[600:])


def test_invented_films_have_genres_of_some_taste(films):
    genres = {genre for taste in TASTES for genre in taste.genres}
    assert all(film.genres and set(film.genres) <= genres for film in films[600:])


def test_invented_films_come_in_families_that_share_a_tag(films):
    families = [film.tags[-1] for film in films[600:]]
    assert 2 < len(families) / len(set(families)) < 20


def test_no_real_name_is_put_on_an_invented_film(films):
    assert {tag for film in films[600:] for tag in film.tags[:-1] if not tag.islower()} == set()


def test_the_tags_written_by_hand_keep_their_person_and_time():
    assert taggings_for(known_films(), 600, np.random.default_rng(1)) == sorted(known_taggings())


def test_taggings_of_fewer_people_come_from_them_alone(films):
    taggings = taggings_for(films, 7, np.random.default_rng(1))
    assert {tagging.person for tagging in taggings} == set(range(1, 8))
    assert len(taggings) == sum(len(film.tags) for film in films)


def test_no_tag_is_older_than_its_film(films):
    for tagging in taggings_for(films, 600, np.random.default_rng(1)):
        assert new_year(films[tagging.film - 1].year) <= tagging.time <= LAST
