"""The hostile files as one table: what each is, and what an import makes of it.

Every fixture is the good release of `files.py` with one file changed. S are faults of a file's structure, R of rows,
Q of quotes and sizes, E of encodings. (The archives Z1–Z12 are in test_archive.py.)
"""

from collections.abc import Mapping
from typing import NamedTuple

from tests.catalog.importer.files import CSV_FILES, MOVIES_CSV, RATINGS_CSV

HEADER, *ROWS = RATINGS_CSV.splitlines(keepends=True)
GOOD = len(ROWS)


class Fixture(NamedTuple):
    """A release and its outcome: refused with a sentence, or `inserted` ratings and these rejects, (line, code)."""

    name: str
    files: Mapping[str, bytes | None]
    refused: str = ""
    inserted: int = GOOD
    duplicate: int = 0
    rejects: tuple[tuple[int, str], ...] = ()
    file: str = "ratings.csv"


def ratings(content: bytes) -> dict[str, bytes | None]:
    return {"ratings.csv": content}


def with_row(row: bytes) -> dict[str, bytes | None]:
    """The good ratings with one more row, on line 4."""
    return ratings(HEADER + b"".join(ROWS[:2]) + row + b"\r\n" + b"".join(ROWS[2:]))


def with_bad_row(name: str, row: bytes, code: str) -> Fixture:
    return Fixture(name, with_row(row), rejects=((4, code),))


def reordered() -> bytes:
    rows = [line.decode().strip().split(",") for line in (HEADER, *ROWS)]
    return "".join(f"{row[3]},{row[1]},{row[0]},{row[2]}\r\n" for row in rows).encode()


CORPUS = [
    Fixture("the good one", {}),
    Fixture("S1 empty file", ratings(b""), refused="ratings.csv is empty."),
    Fixture("S2 header only", ratings(HEADER), refused="ratings.csv has no ratings."),
    Fixture("S3 no header", ratings(b"".join(ROWS)), refused="ratings.csv has no header"),
    Fixture(
        "S4 renamed column",
        ratings(RATINGS_CSV.replace(b"rating,", b"stars,", 1)),
        refused="ratings.csv has no column rating",
    ),
    Fixture(
        "S5 extra column", ratings(RATINGS_CSV.replace(b"\r\n", b",x\r\n")), refused="has more columns than it should"
    ),
    Fixture(
        "S6 missing column",
        ratings(b"\r\n".join(line.rpartition(b",")[0] for line in RATINGS_CSV.split(b"\r\n"))),
        refused="ratings.csv has no column timestamp",
    ),
    Fixture("S7 columns reordered", ratings(reordered())),
    Fixture(
        "S8 semicolons", ratings(RATINGS_CSV.replace(b",", b";")), refused="must separate its columns with commas"
    ),
    Fixture("S8 tabs", ratings(RATINGS_CSV.replace(b",", b"\t")), refused="must separate its columns with commas"),
    Fixture("S9 no movies.csv", {"movies.csv": None}, refused="has no movies.csv."),
    Fixture("S9 no ratings.csv", {"ratings.csv": None}, refused="has no ratings.csv."),
    Fixture("S10 a picture", ratings(b"\x89PNG\r\n\x1a\n" + bytes(90)), refused="ratings.csv is not a text file."),
    with_bad_row("R1 too few fields", b"9,1,4.0", "too_few_fields"),
    with_bad_row("R2 too many fields", b"9,1,4.0,964982703,1", "too_many_fields"),
    with_bad_row("R3 a word", b"9,1,abc,964982703", "not_a_number"),
    with_bad_row("R4 NaN", b"9,1,NaN,964982703", "not_a_number"),
    with_bad_row("R4 infinity", b"9,1,inf,964982703", "not_a_number"),
    with_bad_row("R5 no star", b"9,1,0,964982703", "out_of_range"),
    with_bad_row("R6 too many stars", b"9,1,5.5,964982703", "out_of_range"),
    with_bad_row("R7 between half stars", b"9,1,3.3,964982703", "not_half_stars"),
    with_bad_row("R8 decimal comma", b"9,1,4,5,964982703", "too_many_fields"),
    with_bad_row("R8 decimal comma in quotes", b'9,1,"4,5",964982703', "not_a_number"),
    with_bad_row("R9 negative person", b"-9,1,4.0,964982703", "out_of_range"),
    with_bad_row("R9 negative film", b"9,-1,4.0,964982703", "out_of_range"),
    with_bad_row("R10 2 to the power of 63", b"9223372036854775808,1,4.0,964982703", "out_of_range"),
    with_bad_row("R10 zero", b"0,1,4.0,964982703", "out_of_range"),
    with_bad_row("R11 a point in an id", b"9.0,1,4.0,964982703", "not_a_number"),
    with_bad_row("R11 blanks around an id", b" 9 ,1,4.0,964982703", "not_a_number"),
    with_bad_row("R11 an Arabic digit", "١,1,4.0,964982703".encode(), "not_a_number"),
    with_bad_row("R12 unknown film", b"9,2,4.0,964982703", "unknown_movie"),
    Fixture("R13 exact duplicate", with_row(ROWS[0].strip()), duplicate=1),
    Fixture("R14 the same pair, another rating", with_row(b"1,1,0.5,964982704"), duplicate=1),
    with_bad_row("R15 negative time", b"9,1,4.0,-1", "out_of_range"),
    with_bad_row("R15 the year 2100", b"9,1,4.0,4102444800", "out_of_range"),
    with_bad_row("R15 milliseconds", b"9,1,4.0,964982703000", "out_of_range"),
    Fixture("R16 empty line", with_row(b"")),
    with_bad_row("R17 a formula", b"=1+1,1,4.0,964982703", "not_a_number"),
    Fixture("Q1 comma in a quoted title", {"movies.csv": MOVIES_CSV}),
    Fixture(
        "Q2 newline in quotes",
        {"movies.csv": MOVIES_CSV + b'7,"Sabrina\n(1995)",Comedy\r\n'},
        rejects=((7, "unclosed_quote"), (8, "too_few_fields")),
        file="movies.csv",
    ),
    with_bad_row("Q3 unclosed quote", b'9,1,"4.0,964982703', "unclosed_quote"),
    with_bad_row("Q4 field of 10 MB", b"9,1," + b"4" * 10_000_000 + b",964982703", "too_long"),
    Fixture("Q5 last line without newline", ratings(RATINGS_CSV.rstrip())),
    Fixture(
        "Q5 last line cut", ratings(RATINGS_CSV[:-13]), inserted=GOOD - 1, rejects=((1 + GOOD, "too_few_fields"),)
    ),
    Fixture("E1 UTF-8", {"movies.csv": MOVIES_CSV}),
    Fixture(
        "E2 UTF-8 with a byte order mark", {name: b"\xef\xbb\xbf" + content for name, content in CSV_FILES.items()}
    ),
    Fixture(
        "E3 Latin-1 where UTF-8 should be",
        {"movies.csv": MOVIES_CSV.decode().encode("latin-1")},
        rejects=((5, "bad_encoding"),),
        file="movies.csv",
    ),
    Fixture("E4 UTF-16", ratings(RATINGS_CSV.decode().encode("utf-16")), refused="ratings.csv is in UTF-16"),
    Fixture("E5 lines end in LF", {name: content.replace(b"\r\n", b"\n") for name, content in CSV_FILES.items()}),
    Fixture("E6 lines end in CR", ratings(RATINGS_CSV.replace(b"\r\n", b"\r")), refused="a carriage return"),
    with_bad_row("E6 one lone CR", b"9,1,4.0\r,964982703", "lone_carriage_return"),
    with_bad_row("E7 NUL byte", b"9,1,4.0,9649\x0082703", "nul_byte"),
    Fixture(
        "E8 one bad byte on line 20,000",
        ratings(HEADER + b"".join(b"%d,1,4.0,1\n" % person for person in range(2, 20_000)) + b"20000,1,\xff,1\n"),
        inserted=19_998,
        rejects=((20_000, "bad_encoding"),),
    ),
    Fixture(
        "nothing but bad ratings",
        ratings(HEADER + b"a,b,c,d\n"),
        refused="ratings.csv has no rating that could be read (line 2: userId is not a whole number).",
    ),
    Fixture(
        "nothing but bad films",
        {"movies.csv": b"movieId,title,genres\nx,A,B\n"},
        refused="movies.csv has no film that could be read (line 2: movieId is not a whole number).",
    ),
]
