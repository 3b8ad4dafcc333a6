"""From lines on people (100K and 1M have them) to people."""

from typing import NamedTuple

from catalog.importer.parse.lines import BadRow
from catalog.importer.parse.values import id_number, whole_number

OLDEST = 150
LONGEST_OCCUPATION = 40
LONGEST_ZIP_CODE = 12

# What the numbers in users.dat stand for, by GroupLens' README.
OCCUPATIONS_OF_1M = (
    "other",
    "academic/educator",
    "artist",
    "clerical/admin",
    "college/grad student",
    "customer service",
    "doctor/health care",
    "executive/managerial",
    "farmer",
    "homemaker",
    "K-12 student",
    "lawyer",
    "programmer",
    "retired",
    "sales/marketing",
    "scientist",
    "self-employed",
    "technician/engineer",
    "tradesman/craftsman",
    "unemployed",
    "writer",
)


class Person(NamedTuple):
    """Somebody who rates. In 1M, `age` is the lower end of a band: 1 for under 18, then 18, 25, 35, 45, 50, 56."""

    number: int
    age: int | None
    gender: str
    occupation: str
    zip_code: str


def person_of(fields: list[str], columns: tuple[str, ...]) -> Person:
    """Return the person of a line of u.user or users.dat, whose columns stand in different orders."""
    by_name = dict(zip(columns, fields, strict=True))
    return Person(
        id_number(by_name["userId"], "userId"),
        _age(by_name["age"]),
        _gender(by_name["gender"]),
        _occupation(by_name["occupation"]),
        _fitting(by_name["zip"], "zip", LONGEST_ZIP_CODE),
    )


def _age(text: str) -> int | None:
    age = whole_number(text, "age") if text else None
    if age is not None and age > OLDEST:
        raise BadRow("age", "out_of_range", f"age is more than {OLDEST}.")
    return age


def _gender(text: str) -> str:
    if text not in {"F", "M", ""}:
        raise BadRow("gender", "not_a_gender", "gender must be F or M.")
    return text


def _occupation(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        return _fitting(text, "occupation", LONGEST_OCCUPATION)
    number = whole_number(text, "occupation")
    if number >= len(OCCUPATIONS_OF_1M):
        raise BadRow("occupation", "out_of_range", f"occupation must be from 0 to {len(OCCUPATIONS_OF_1M) - 1}.")
    return OCCUPATIONS_OF_1M[number]


def _fitting(text: str, column: str, longest: int) -> str:
    if len(text) > longest:
        raise BadRow(column, "too_long", f"{column} is longer than {longest} characters.")
    return text
