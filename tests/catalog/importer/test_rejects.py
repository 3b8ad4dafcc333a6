import csv
from datetime import UTC, datetime

import pytest

from catalog.importer.parse import Reject
from catalog.importer.rejects import RejectsFile
from catalog.spreadsheets import defused

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def reject(text="a,b", line=7):
    return Reject("ratings.csv", line, "rating", "not_a_number", "rating is not a number.", text)


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_without_rejects_there_is_no_file(tmp_path):
    rejects = RejectsFile(tmp_path / "rejects", "ml-1m", NOW)
    rejects.close()
    assert rejects.path is None
    assert not list(tmp_path.iterdir())


def test_every_reject_is_a_row(tmp_path):
    rejects = RejectsFile(tmp_path, "ml-1m", NOW)
    assert rejects.add([reject(), reject("ü", 9)]) == 2
    rejects.close()
    assert rejects.path == tmp_path / "ml-1m-20261120T093000000000Z.csv"
    assert read(rejects.path) == [
        ["file", "line", "column", "code", "reason", "text"],
        ["ratings.csv", "7", "rating", "not_a_number", "rating is not a number.", "a,b"],
        ["ratings.csv", "9", "rating", "not_a_number", "rating is not a number.", "ü"],
    ]


@pytest.mark.parametrize("leader", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_spreadsheet_executes_a_cell(tmp_path, leader):
    rejects = RejectsFile(tmp_path, "ml-1m", NOW)
    rejects.add([reject(f"{leader}1+1")])
    rejects.close()
    assert read(rejects.path)[1][-1] == f"'{leader}1+1"


def test_numbers_and_words_are_left_alone():
    assert [defused(7), defused("a=b"), defused("")] == [7, "a=b", ""]


def test_quotes_and_line_ends_survive(tmp_path):
    rejects = RejectsFile(tmp_path, "ml-1m", NOW)
    rejects.add([reject('1,"a\rb",c')])
    rejects.close()
    assert read(rejects.path)[1][-1] == '1,"a\rb",c'


def test_the_name_of_a_release_leads_nowhere(tmp_path):
    rejects = RejectsFile(tmp_path / "rejects", "../../my films", NOW)
    rejects.add([reject()])
    rejects.close()
    assert rejects.path.parent == tmp_path / "rejects"
    assert rejects.path.name.startswith("my-films-")


def test_a_discarded_file_is_gone(tmp_path):
    rejects = RejectsFile(tmp_path, "ml-1m", NOW)
    rejects.add([reject()])
    rejects.discard()
    assert not list(tmp_path.iterdir())
