from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.importer.columns import Minimums, Ratings, Taggings, collected, newest_of_each, newest_taggings, select

FILMS = np.array([3, 5, 8, 9])
ROW = st.tuples(st.integers(1, 6), st.sampled_from(FILMS.tolist()), st.integers(1, 10), st.integers(0, 5))
ROWS = st.lists(ROW, max_size=40)


def ratings_of(rows):
    people, films, half_stars, times = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return Ratings(
        people.astype(np.int32), films.astype(np.int32), half_stars.astype(np.uint8), times.astype(np.uint32)
    )


def rows_of(ratings):
    return list(zip(*(column.tolist() for column in ratings), strict=True))


def newest(rows):
    """The oracle: of each pair the newest, of equally old ones the later."""
    kept = {}
    for row in rows:
        if row[:2] not in kept or row[3] >= kept[row[:2]][3]:
            kept[row[:2]] = row
    return [kept[pair] for pair in sorted(kept)]


@given(ROWS)
def test_the_newest_of_each_pair_is_kept(rows):
    kept, duplicates = newest_of_each(ratings_of(rows))
    assert rows_of(kept) == newest(rows)
    assert duplicates == len(rows) - len(kept.people)


@given(ROWS, st.randoms())
def test_the_order_of_lines_matters_only_among_equally_old_ones(rows, random):
    rows = [(person, film, stars, time * 100 + place) for place, (person, film, stars, time) in enumerate(rows)]
    shuffled = random.sample(rows, len(rows))
    assert rows_of(newest_of_each(ratings_of(shuffled))[0]) == rows_of(newest_of_each(ratings_of(rows))[0])


@given(ROWS, st.integers(0, 4), st.integers(0, 4), st.booleans())
def test_people_are_filtered_first_and_films_by_what_is_left(rows, of_person, of_film, are_listed):
    unique = newest(rows)
    listed = sorted({row[0] for row in rows} | ({7} if are_listed else set()))
    of_people = Counter(row[0] for row in unique)
    people = [person for person in listed if of_people[person] >= of_person]
    of_films = Counter(row[1] for row in unique if row[0] in people)
    films = [film for film in FILMS.tolist() if of_films[film] >= of_film]
    selection = select(
        ratings_of(rows),
        people=np.array(listed, dtype=np.int64) if are_listed else None,
        films=FILMS,
        minimums=Minimums(of_person, of_film),
    )
    assert (selection.people.tolist(), selection.films.tolist()) == (people, films)
    kept = [row for row in unique if row[0] in people and row[1] in films]
    places = [(people.index(row[0]), films.index(row[1]), *row[2:]) for row in kept]
    assert rows_of(selection.ratings) == places
    assert selection.duplicate + selection.filtered + len(kept) == len(rows)
    assert selection.everybody == len(listed)


@given(st.lists(ROWS, max_size=4))
def test_blocks_are_collected_in_order(blocks):
    assert rows_of(collected(ratings_of(rows) for rows in blocks)) == [row for rows in blocks for row in rows]


def test_the_newest_use_of_a_tag_is_kept():
    people, films, tags, times = np.array([[0, 0, 0, 1], [1, 1, 0, 1], [0, 0, 1, 0], [5, 9, 7, 1]])
    kept = newest_taggings(Taggings(people, films, tags, times, [("a", "A"), ("b", "B")]), 2)
    assert sorted(kept.times.tolist()) == [1, 7, 9]
