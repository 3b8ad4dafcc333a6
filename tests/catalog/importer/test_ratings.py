import re
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.importer.parse import CSV, ML_10M, ML_100K, Accepted, open_table, parse_ratings
from catalog.importer.parse import ratings as module

LATEST = 1_800_000_000
FILMS = (1, 11, 858)
ACCEPTED = Accepted(np.array(FILMS), None, LATEST)
HEADER = b"userId,movieId,rating,timestamp\n"

GOOD_STARS = st.sampled_from(["0.5", "5", "3.0", "4.50"])
GOOD = st.tuples(st.integers(1, 2**31 - 1), st.sampled_from(FILMS), GOOD_STARS, st.integers(0, LATEST)).map(
    lambda fields: ",".join(map(str, fields)).encode()
)
WHOLE = ["1", "11", "2", "0", "-1", "+1", "007", "1.0", " 1", "1_1", "1e3", "2147483648", "9" * 30, "0" * 30 + "1"]
STARS = ["4.", ".5", ".", "4.5", "0.5", "5.5", "3.3", "4,5", "nan", "inf", "3.499999999999999", "4.5\r"]
LONG_STARS = ["3.4999999999999999999999", "0.50000000000000000000001", "00000000000000000000000000000000000003.5"]
OTHERS = ["", "abc", "1\x00", "\xe9", "964982703", "964982703000"]
FIELD = st.sampled_from([*WHOLE, *STARS, *LONG_STARS, *OTHERS])
BAD = st.lists(FIELD, max_size=6).map(lambda fields: ",".join(fields).encode("latin-1"))
LINES = st.lists(st.one_of(GOOD, GOOD, GOOD, BAD), max_size=30)
END = st.sampled_from([b"\n", b"\r\n"])


def oracle(line: bytes) -> tuple[int, int, int, int] | None:
    """What a line says, worked out the slow and obvious way; None when it is bad."""
    try:
        fields = line.decode().split(",")
    except UnicodeDecodeError:
        return None
    if len(fields) != 4 or any(re.search('["\0\r]', field) for field in fields):
        return None
    numbers = [int(field) if re.fullmatch(r"[0-9]+", field) else -1 for field in fields]
    stars = float(fields[2]) if re.fullmatch(r"[0-9]+\.?[0-9]*|\.[0-9]+", fields[2]) else 0
    is_good = 0 < numbers[0] < 2**31 and numbers[1] in FILMS and 0 <= numbers[3] <= LATEST
    return (numbers[0], numbers[1], int(stars * 2), numbers[3]) if is_good and stars * 2 in range(1, 11) else None


def parse(data, file=CSV.ratings, *, accepted=ACCEPTED, block_size=2**20, limit=None):
    table = open_table(BytesIO(data), file, block_size=block_size)
    return list(parse_ratings(table, accepted, limit=limit))


def rows(blocks):
    return [row for block in blocks for row in zip(*(column.tolist() for column in block[:4]), strict=True)]


def rejects(blocks):
    return [(reject.line, reject.code) for block in blocks for reject in block.rejects]


@settings(max_examples=150, deadline=None)
@given(lines=LINES, end=END, block_size=st.sampled_from([40, 300, 2**20]), smallest=st.sampled_from([1, 60, 2**15]))
def test_every_line_is_a_rating_or_a_reject_as_the_oracle_says(lines, end, block_size, smallest):
    lines = [line for line in lines if not line.endswith(b"\r")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALLEST_BLOCK", smallest)
        blocks = parse(HEADER + end.join(lines), block_size=block_size)
    expected = [(number, oracle(line)) for number, line in enumerate(lines, 2) if line]
    assert rows(blocks) == [rating for _, rating in expected if rating is not None]
    assert [line for line, _ in rejects(blocks)] == [number for number, rating in expected if rating is None]


@settings(max_examples=150, deadline=None)
@given(lines=LINES, end=END)
def test_the_fast_and_the_careful_way_agree(lines, end):
    data = HEADER + end.join(lines) + end
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_parse_fast", lambda *_: None)
        careful = parse(data)
    assert rows(parse(data)) == rows(careful)
    assert sorted(rejects(parse(data))) == rejects(careful)


def test_plain_ratings_take_the_fast_way(monkeypatch):
    monkeypatch.setattr(module, "_parse_carefully", None)
    assert rows(parse(HEADER + b"1,1,4.0,0\r\n2,858,3,9\n3,11,0.5,7")) == [(1, 1, 8, 0), (2, 858, 6, 9), (3, 11, 1, 7)]


def test_a_bad_value_among_plain_numbers_takes_the_fast_way_too(monkeypatch):
    monkeypatch.setattr(module, "_parse_carefully", None)
    blocks = parse(HEADER + b"1,1,4.0,0\n1,2,4.0,0\n0,1,4.0,0\n1,1,3.3,0\n1,11,3.5,0\n")
    assert rows(blocks) == [(1, 1, 8, 0), (1, 11, 7, 0)]
    assert rejects(blocks) == [(3, "unknown_movie"), (4, "out_of_range"), (5, "not_half_stars")]


@pytest.mark.parametrize(
    ("file", "data"),
    [
        (ML_100K.ratings, b"1\t1\t4\t5\n2\t858\t3\t6"),
        (ML_10M.ratings, b"1::1::4::5\n2::858::3.0::6\n"),
        (CSV.ratings, b"timestamp,rating,userId,movieId\n5,4.0,1,1\n6,3,2,858\n"),
        (CSV.ratings, b'\xef\xbb\xbf"userId","movieId","rating","timestamp"\n"1","1","4.0","5"\n2,858,3,6\n'),
    ],
)
def test_every_form_of_ratings_is_read(file, data):
    assert rows(parse(data, file)) == [(1, 1, 8, 5), (2, 858, 6, 6)]


@pytest.mark.parametrize(
    "line", [b"1:1::1::4::5", b"1::1::4:::5", b"1,1,4,5", b"1::1::4", b"::::::", b"1:1:1:1:1:1:1"]
)
def test_broken_double_colons_are_rejected(line):
    blocks = parse(line + b"\n1::1::4::5\n", ML_10M.ratings)
    assert rows(blocks) == [(1, 1, 8, 5)]
    assert [number for number, _ in rejects(blocks)] == [1]


@pytest.mark.parametrize(("limit", "read"), [(1, 1), (3, 3), (5, 5), (99, 6)])
def test_a_limit_counts_lines_that_are_not_blank(limit, read):
    data = HEADER + b"1,1,4,0\n\n2,1,4,0\n3,1,bad,0\n\n4,1,4,0\n5,1,4,0\n6,1,4,0\n"
    for block_size in (20, 2**20):
        assert sum(block.read for block in parse(data, limit=limit, block_size=block_size)) == read


def test_one_bad_byte_deep_inside_costs_one_line():
    lines = [b"%d,1,4.0,%d" % (person, person) for person in range(1, 100_001)]
    lines[70_000] = b"70001,1,4.0,7\xff"
    blocks = parse(HEADER + b"\n".join(lines), block_size=2**19)
    assert rejects(blocks) == [(70_002, "bad_encoding")]
    assert sum(len(block.people) for block in blocks) == 99_999


def test_unknown_people_are_rejected_where_people_are_listed():
    accepted = ACCEPTED._replace(people=np.array([2, 5]))
    blocks = parse(HEADER + b"2,1,4,0\n3,1,4,0\n5,1,4,0\n", accepted=accepted)
    assert (len(rows(blocks)), rejects(blocks)) == (2, [(3, "unknown_person")])
