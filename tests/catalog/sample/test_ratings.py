import numpy as np
import pandas as pd
import pytest

from catalog.sample import choosing, ratings
from catalog.sample.invention import MOST_FILMS, films_for
from catalog.sample.size import Size, SizeRefused
from catalog.sample.timeline import FIRST, LAST, new_year
from tests.catalog.sample.conftest import table_of

SMALL = Size(people=60, films=400, ratings=4_000, seed=3)
SIZES = [
    Size(people=1, films=1, ratings=1, seed=0),
    Size(people=7, films=5, ratings=7, seed=0),
    Size(people=7, films=5, ratings=35, seed=0),
    Size(people=30, films=700, ratings=21_000, seed=1),
    Size(people=30, films=700, ratings=20_999, seed=1),
    Size(people=900, films=40, ratings=2_000, seed=2),
    Size(people=50, films=9_000, ratings=1_033, seed=2),
    SMALL,
]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_amounts_are_exactly_those_asked_for(size):
    table = table_of(size)
    assert len(table) == len(table.drop_duplicates(["person", "film"])) == size.ratings
    assert sorted(table.person.unique()) == list(range(1, size.people + 1))
    assert table.film.between(1, size.films).all()
    assert table.person.value_counts().min() >= min(20, size.ratings // size.people)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nobody_rates_a_film_before_its_year(size):
    table = table_of(size)
    years = np.array([film.year for film in films_for(size.films, ratings.random_stream(size, ratings.Stream.FILMS))])
    released = np.array([new_year(year) for year in years[table.film - 1]])
    assert (table.time >= np.maximum(released, FIRST)).all()
    assert (table.time < LAST + 86_400).all()


def test_rows_are_in_the_order_of_people_and_films(medium):
    assert medium.equals(medium.sort_values(["person", "film"], ignore_index=True))


def test_the_same_seed_gives_the_same_ratings_and_another_seed_others():
    assert table_of(SMALL).equals(table_of(SMALL))
    assert not table_of(SMALL).equals(table_of(Size(SMALL.people, SMALL.films, SMALL.ratings, seed=4)))


def test_the_number_of_threads_changes_nothing(monkeypatch):
    monkeypatch.setattr(ratings, "BLOCK", 500)
    expected = table_of(SMALL)
    monkeypatch.setattr(ratings, "THREADS", 5)
    assert table_of(SMALL).equals(expected)


def test_many_small_blocks_still_add_up(monkeypatch):
    monkeypatch.setattr(ratings, "BLOCK", 50)
    table = table_of(SMALL)
    assert len(table.drop_duplicates(["person", "film"])) == SMALL.ratings
    assert table.person.nunique() == SMALL.people


def test_every_film_is_rated_when_ratings_are_plenty(medium):
    assert medium.film.nunique() == 3_000


def test_ratings_have_the_shape_of_movielens(medium):
    stars = medium.half_stars / 2
    shares = medium.half_stars.value_counts(normalize=True)
    assert 3.35 < stars.mean() < 3.65
    assert 0.9 < stars.std() < 1.2
    assert sorted(shares.index) == list(range(1, 11))
    assert shares.idxmax() == 8
    assert shares[8] > shares[7]  # whole stars are commoner than half ones
    assert shares[6] > shares[5]


def test_a_few_people_and_films_have_far_more_ratings_than_most(medium):
    people, films = medium.person.value_counts(), medium.film.value_counts()
    assert people.max() > 8 * people.median()
    assert films.max() > 10 * films.median()
    assert films.nlargest(300).sum() > len(medium) / 3


def test_people_sit_down_now_and_then_and_rate_many_films_at_once(medium):
    gaps = medium.sort_values(["person", "time"]).groupby("person").time.diff().dropna()
    assert (gaps < 3_600).mean() > 0.8
    assert (gaps > 86_400).sum() > 500


def test_evenings_and_weekends_are_busier(medium):
    moments = pd.to_datetime(medium.time, unit="s")
    hours, days = moments.dt.hour.value_counts(), moments.dt.day_of_week.value_counts()
    assert hours[[18, 19, 20, 21]].sum() > 3 * hours[[2, 3, 4, 5]].sum()
    assert days[[5, 6]].mean() > 1.2 * days[[0, 1, 2]].mean()


def test_both_ways_to_draw_films_follow_the_same_law(monkeypatch):
    size = Size(people=5_000, films=60, ratings=50_000, seed=1)
    in_rounds = table_of(size).film.value_counts().sort_index()
    monkeypatch.setattr(choosing, "ROUNDS", 0)
    at_once = table_of(size).film.value_counts().sort_index()
    # Each count's own chance is about its square root.
    assert (np.abs(in_rounds - at_once) < 5 * np.sqrt(in_rounds + at_once)).all()
    assert np.corrcoef(in_rounds, at_once)[0, 1] > 0.95


@pytest.mark.parametrize(
    ("people", "films", "amount", "seed", "reason"),
    [
        (0, 1, 1, 0, "The number of people must be 1 or more, not 0."),
        (1, -1, 1, 0, "The number of films must be 1 or more, not -1."),
        (1, 1, 0, 0, "The number of ratings must be 1 or more, not 0."),
        (1, 1, 1, -1, "The seed must be 0 or more, not -1."),
        (5, 5, 4, 0, "5 people need at least 5 ratings, not 4."),
        (5, 5, 26, 0, "5 people can rate 5 films 25 times, not 26 times."),
        (1, MOST_FILMS + 1, 1, 0, "There are titles for 384,000 films, not for 384,001."),
    ],
)
def test_amounts_that_cannot_be_are_refused(people, films, amount, seed, reason):
    with pytest.raises(SizeRefused) as refused:
        Size(people=people, films=films, ratings=amount, seed=seed)
    assert str(refused.value) == reason
