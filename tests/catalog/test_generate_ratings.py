import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from catalog.sample import generator

SIZE = {"users": 50, "movies": 700, "ratings": 2_000}


def generate(out, **changes):
    call_command("generate_ratings", **{**SIZE, "out": out, "verbosity": 0, **changes})


def test_the_command_writes_a_folder_of_movielens_files(tmp_path, capsys):
    generate(tmp_path / "big")
    assert len(pd.read_csv(tmp_path / "big" / "ratings.csv")) == 2_000
    assert len(pd.read_csv(tmp_path / "big" / "movies.csv")) == 700
    assert capsys.readouterr().out == f"2,000 ratings of 700 films by 50 people are in {tmp_path / 'big'}.\n"


def test_the_same_seed_writes_the_same_folder_again(tmp_path):
    generate(tmp_path / "one", seed=7)
    generate(tmp_path / "two", seed=7)
    generate(tmp_path / "two", seed=7)
    for path in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes()


def test_progress_goes_to_the_standard_error(tmp_path, capsys):
    generate(tmp_path, verbosity=1)
    assert "2000/2000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"users": 0}, "The number of people must be 1 or more, not 0."),
        ({"ratings": -3}, "The number of ratings must be 1 or more, not -3."),
        ({"ratings": 35_001}, "50 people can rate 700 films 35,000 times, not 35,001 times."),
        ({"seed": -1}, "The seed must be 0 or more, not -1."),
    ],
)
def test_amounts_that_cannot_be_end_in_one_sentence(tmp_path, capsys, changes, sentence):
    with pytest.raises(CommandError) as error:
        generate(tmp_path / "out", **changes)
    assert str(error.value) == sentence
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_ends_in_one_sentence(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(CommandError, match=r"out is a file; name a folder\.$"):
        generate(tmp_path / "out")


def test_a_folder_below_a_file_ends_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CommandError, match=r"cannot be written: Not a directory\.$"):
        generate(tmp_path / "file" / "out")


def test_a_disk_that_fills_up_ends_in_one_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generator, "rating_lines", full)
    with pytest.raises(CommandError, match=r"cannot be written: No space left on device\.$"):
        generate(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_stopping_it_ends_in_one_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(generator, "rating_lines", stop)
    with pytest.raises(CommandError, match=r"^Stopped; .*out is as it was\.$"):
        generate(tmp_path / "out")
    assert not (tmp_path / "out").exists()
