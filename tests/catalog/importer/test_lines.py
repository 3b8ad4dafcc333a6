from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.importer.parse import CSV, ML_1M
from catalog.importer.parse.lines import LONGEST_LINE, BadRow, blocks, fields_of, numbered_lines


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line)), st.integers(1, 50))
def test_blocks_of_any_size_hold_the_same_lines_and_numbers(lines, size):
    data = b"\n".join(lines)
    found = [line for block in blocks(BytesIO(data), size=size) for line in numbered_lines(block)]
    tidy = [line.removesuffix(b"\r") for line in lines]
    assert found == [(number, line) for number, line in enumerate(tidy, 1) if line]


def test_an_endless_line_is_not_kept_in_memory():
    endless = BytesIO(b"1," * 5_000_000 + b"\n1,2,3\n")
    pieces = list(blocks(endless, size=100_000))
    assert max(len(piece.data) for piece in pieces) < LONGEST_LINE + 200_000
    assert [number for piece in pieces for number, _ in numbered_lines(piece)] == [1, 2]


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        (b"1,Toy Story (1995),Drama", ["1", "Toy Story (1995)", "Drama"]),
        (b'11,"American President, The (1995)",Drama', ["11", "American President, The (1995)", "Drama"]),
        (b'1,"The ""Real"" Thing",Drama', ["1", 'The "Real" Thing', "Drama"]),
        (b'1,5" Floppy,Drama', ["1", '5" Floppy', "Drama"]),
        ("1,Amélie,Ævintýri".encode(), ["1", "Amélie", "Ævintýri"]),
    ],
)
def test_a_csv_line_has_these_fields(raw, fields):
    assert fields_of(raw, CSV.films) == fields


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'1,"Toy Story', "unclosed_quote"),
        (b'1,"Toy" Story,Drama', "bad_quote"),
        (b"1,Toy\x00Story,Drama", "nul_byte"),
        (b"1,Toy\rStory,Drama", "lone_carriage_return"),
        (b"1,Am\xe9lie,Drama", "bad_encoding"),
        (b"1," + b"x" * LONGEST_LINE, "too_long"),
    ],
)
def test_a_broken_line_says_what_is_wrong(raw, code):
    with pytest.raises(BadRow) as bad:
        fields_of(raw, CSV.films)
    assert bad.value.code == code


@pytest.mark.parametrize("raw", ["1::Amélie::Drama".encode("latin-1"), "1::Amélie::Drama".encode()])
def test_the_old_files_may_be_latin_1_or_converted_to_utf_8(raw):
    assert fields_of(raw, ML_1M.films)[1] == "Amélie"


def test_bytes_that_are_text_in_neither_encoding_are_refused():
    with pytest.raises(BadRow, match="Byte 4 of the line is not Latin-1"):
        fields_of(b"1::\x81::Drama", ML_1M.films)


def test_a_reject_keeps_the_start_of_a_long_line():
    reject = BadRow("", "too_long", "Too long.").at("tags.csv", 7, b"x" * 5_000_000)
    assert (len(reject.text), reject.text[-2:], reject.line) == (1_001, "x…", 7)
