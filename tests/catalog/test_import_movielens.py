import json

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Rating
from tests.catalog.importer.files import CSV_FILES, folder_of, zip_of

pytestmark = pytest.mark.django_db

KINDS = ["read", "inserted", "updated", "unchanged", "duplicate", "rejected", "filtered"]


@pytest.fixture
def tiny(tmp_path, settings):
    settings.VAR_DIR, settings.DATASETS_DIR = tmp_path / "var", tmp_path / "datasets"
    return zip_of(tmp_path / "ml-tiny.zip", CSV_FILES, top="ml-tiny")


def run(capfd, *arguments):
    call_command("import_movielens", *map(str, arguments))
    return capfd.readouterr()


def test_json_is_one_object_with_nothing_else(tiny, capfd):
    output = json.loads(run(capfd, tiny, "--json").out)
    assert list(output) == ["release", "movies", "ratings", "people", "tags", "rejects_file"]
    assert (output["release"], output["rejects_file"]) == ("ml-tiny", None)
    assert list(output["ratings"]) == KINDS
    assert output["ratings"]["read"] == output["ratings"]["inserted"] == 5


def test_json_names_the_rejects_file(tiny, capfd, tmp_path):
    folder = folder_of(tmp_path / "ml-bad", CSV_FILES | {"tags.csv": b"userId,movieId,tag,timestamp\n1,2,a,1\n"})
    output = json.loads(run(capfd, folder, "--json").out)
    assert output["rejects_file"].startswith(str(tmp_path / "var" / "rejects" / "ml-bad-"))


def test_people_read_a_table_and_a_sentence(tiny, capfd):
    lines = run(capfd, tiny).out.splitlines()
    assert any(line.split()[1:2] == ["inserted"] and "5" in line for line in lines)
    assert lines[-1] == "ml-tiny is loaded."


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ([], "Nothing changed: this file was imported before."),
        (["--dry-run"], "This was a dry run: nothing was loaded."),
    ],
)
def test_the_last_sentence_says_what_happened(tiny, capfd, flags, sentence):
    run(capfd, tiny)
    assert run(capfd, tiny, *flags).out.splitlines()[-1] == sentence


def test_the_name_of_a_folder_is_text_and_nothing_else(tiny, capfd, tmp_path):
    name = "[red]films :smile:"
    assert f"{name} is loaded." in run(capfd, folder_of(tmp_path / name, CSV_FILES)).out


def test_a_refusal_is_one_sentence(tiny, tmp_path):
    with pytest.raises(CommandError, match=r"^There is no file or folder .*nowhere\.zip, and no release of that name"):
        call_command("import_movielens", str(tmp_path / "nowhere.zip"))


def test_an_interruption_is_a_sentence(tiny, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("catalog.management.commands.import_movielens.import_release", interrupted)
    with pytest.raises(CommandError, match="Interrupted: nothing was changed"):
        call_command("import_movielens", str(tiny))


def test_options_reach_the_import(tiny, capfd):
    output = json.loads(run(capfd, tiny, "--json", "--limit", "3", "--min-user-ratings", "2").out)
    assert (output["ratings"]["read"], output["people"]["filtered"]) == (3, 1)
    assert Rating.objects.count() == 2


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "١"])
def test_a_number_that_makes_no_sense_is_refused(tiny, value):
    with pytest.raises(CommandError, match="is not a number from 1 on"):
        call_command("import_movielens", str(tiny), "--limit", value)


@pytest.mark.real_data
@pytest.mark.database
@pytest.mark.parametrize(
    ("name", "people", "films", "ratings", "tags"),
    [("ml-100k", 943, 1_682, 100_000, 0), ("ml-latest-small", 610, 9_742, 100_836, 3_683)],
)
def test_real_releases_are_loaded_to_the_last_row(movielens_data, tiny, capfd, name, people, films, ratings, tags):
    output = json.loads(run(capfd, movielens_data / f"{name}.zip", "--json").out)
    kinds = ("people", "movies", "ratings", "tags")
    assert [output[kind]["inserted"] for kind in kinds] == [people, films, ratings, tags]
    assert [output[kind]["read"] for kind in kinds] == [people, films, ratings, tags]
    again = json.loads(run(capfd, movielens_data / f"{name}.zip", "--json").out)
    assert [again[kind]["unchanged"] for kind in kinds] == [people, films, ratings, tags]
