import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.sample.lines import rating_lines

numbers = st.integers(1, 10**13)
rows = st.lists(st.tuples(numbers, numbers, st.integers(1, 10), numbers), min_size=1, max_size=20)


@given(rows)
def test_lines_are_what_plain_formatting_would_write(rows):
    person, film, half_stars, time = np.array(rows, dtype=np.int64).T
    expected = "".join(f"{user},{movie},{half / 2},{when}\r\n" for user, movie, half, when in rows)
    assert rating_lines(person, film, half_stars.astype(np.int8), time) == expected.encode()
