from io import BytesIO

import pytest

from catalog.importer.parse import CSV, ML_100K, FileRefused, open_table, parse_rows

HEADER = b"userId,movieId,rating,timestamp"


def open_(data, file=CSV.ratings):
    return open_table(BytesIO(data), file)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ratings.csv is empty."),
        (b"1,1,4.0,964982703\n", "ratings.csv has no header: its first line must be userId,movieId,rating,timestamp."),
        (b"userId,movieId,stars,timestamp\n", "ratings.csv has no column rating: its first line must be"),
        (b"userId,movieId,rating\n", "ratings.csv has no column timestamp"),
        (HEADER + b",mood\n", "ratings.csv has more columns than it should"),
        (HEADER + b",rating\n", "ratings.csv has more columns than it should"),
        (HEADER.replace(b",", b";") + b"\n1;1;4.0;1\n", "ratings.csv must separate its columns with commas"),
        (HEADER.replace(b",", b"\t") + b"\n", "ratings.csv must separate its columns with commas"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00", "ratings.csv is not a text file."),
        (HEADER.decode().encode("utf-16"), "ratings.csv is in UTF-16; save it as UTF-8."),
        (HEADER.decode().encode("utf-16-le"), "ratings.csv is not a text file."),
        (HEADER + b"\r1,1,4.0,1\r2,1,4.0,1\r", "There is a carriage return in the middle of the line."),
        (b'"userId,movieId\n', "A quotation mark is opened and not closed on this line."),
        (b"\n" + HEADER + b"\n", "ratings.csv has no header"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(FileRefused) as refused:
        open_(data)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_header_may_have_a_byte_order_mark_and_either_line_end(start, end):
    assert open_(start + HEADER + end + b"1,1,4.0,1").order == (0, 1, 2, 3)


def test_columns_are_found_by_name():
    table = open_(b"timestamp,rating,movieId,userId\n10,4.0,30,40\n")
    assert next(parse_rows(table, list)).rows == [["40", "30", "4.0", "10"]]


def test_a_file_without_header_has_its_first_line_read():
    table = open_(b"\xef\xbb\xbf1\t2\t3\t4", ML_100K.ratings)
    assert next(parse_rows(table, list)).rows == [["1", "2", "3", "4"]]


@pytest.mark.parametrize(("line", "code"), [(b"1,2,3", "too_few_fields"), (b"1,2,3,4,5", "too_many_fields")])
def test_a_line_with_another_number_of_fields_is_rejected(line, code):
    [block] = parse_rows(open_(HEADER + b"\n\n" + line + b"\n"), list)
    assert [(reject.line, reject.code, reject.text) for reject in block.rejects] == [(3, code, line.decode())]
