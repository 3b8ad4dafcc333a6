from pathlib import Path

import pytest

from catalog.sample.folders import DRAFT, LABEL, FolderRefused, is_whole, whole_folder


def write(folder: Path, text: str = "new", label: int = 1) -> None:
    with whole_folder(folder, {"version": label}) as draft:
        (draft / "movies.csv").write_text(text)


def test_a_new_folder_is_whole_under_its_label_only(tmp_path):
    write(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "movies.csv").read_text() == "new"
    assert is_whole(tmp_path / "a" / "b", {"version": 1})
    assert not is_whole(tmp_path / "a" / "b", {"version": 2})


def test_files_are_seen_only_when_all_are_written(tmp_path):
    with whole_folder(tmp_path, {}) as draft:
        (draft / "movies.csv").write_text("new")
        assert not (tmp_path / "movies.csv").exists()


def test_an_error_leaves_no_new_folder(tmp_path):
    with pytest.raises(OSError, match="disk full"), whole_folder(tmp_path / "new", {}):
        raise OSError("disk full")
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_what_was_there(tmp_path):
    write(tmp_path, "old")
    with pytest.raises(OSError, match="disk full"), whole_folder(tmp_path, {"version": 2}):
        raise OSError("disk full")
    assert (tmp_path / "movies.csv").read_text() == "old"
    assert is_whole(tmp_path, {"version": 1})


def test_a_killed_run_is_not_taken_for_whole_and_the_next_one_puts_it_right(tmp_path):
    (tmp_path / LABEL).write_text("{}")
    (tmp_path / DRAFT).mkdir()
    (tmp_path / DRAFT / "ratings.csv").write_text("half")
    assert not is_whole(tmp_path, {"version": 1})
    write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [LABEL, "movies.csv"]


def test_a_file_cut_short_is_noticed(tmp_path):
    write(tmp_path)
    (tmp_path / "movies.csv").write_text("ne")
    assert not is_whole(tmp_path, {"version": 1})


@pytest.mark.parametrize("label", ["", "[]", "null", '{"version": 1}', '{"version": 1, "files": 3}', "\x00"])
def test_a_damaged_label_means_not_whole(tmp_path, label):
    (tmp_path / LABEL).write_text(label)
    assert not is_whole(tmp_path, {"version": 1})


def test_other_peoples_files_are_never_touched(tmp_path):
    (tmp_path / "ratings.csv").write_text("mine")
    with pytest.raises(FolderRefused, match="holds other files"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["ratings.csv"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(FolderRefused, match="is a file; name a folder"):
        write(tmp_path / "out")


def test_files_that_somebody_put_beside_the_generated_ones_stay(tmp_path):
    write(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    write(tmp_path, "newer", 2)
    assert (tmp_path / "notes.txt").read_text() == "mine"
