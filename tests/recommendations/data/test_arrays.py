"""Files that models are kept in: whole and as written, or refused."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recommendations.data import arrays


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    matrix = sparse.csr_matrix(np.array([[0, 1.5], [2, 0]], np.float32))
    arrays.write(folder, {"numbers": np.arange(100, dtype=np.int64), "matrix": matrix}, {"name": "x"})
    return folder


def test_arrays_matrices_and_facts_come_back_as_they_were(folder: Path) -> None:
    kept, facts = arrays.read(folder)
    assert kept["numbers"].tolist() == list(range(100))
    assert kept["matrix"].toarray().tolist() == [[0, 1.5], [2, 0]]
    assert facts == {"name": "x"}
    arrays.verify(folder)


def test_arrays_are_mapped_and_cannot_be_changed(folder: Path) -> None:
    kept, _ = arrays.read(folder)
    assert isinstance(kept["numbers"].base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        kept["numbers"][0] = 1


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other_shape(path: Path) -> None:
    np.save(path, np.arange(100, dtype=np.int64).reshape(10, 10))


def _other_type(path: Path) -> None:
    np.save(path, np.arange(100, dtype=np.float64))


def _pickle(path: Path) -> None:
    np.save(path, np.array([{"an": "object"}]), allow_pickle=True)


def _huge_header(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"(100,)", b"(1e9,)")[: len(content)])


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _empty, _other_shape, _other_type, _pickle, _huge_header])
def test_a_damaged_file_is_refused(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "numbers.npy")
    with pytest.raises(arrays.ArtifactError, match="numbers"):
        arrays.read(folder)


def test_one_flipped_bit_is_noticed(folder: Path) -> None:
    content = bytearray((folder / "numbers.npy").read_bytes())
    content[-3] ^= 1
    (folder / "numbers.npy").write_bytes(content)
    with pytest.raises(arrays.ArtifactError, match="has changed"):
        arrays.verify(folder)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"format": 99}', pickle.dumps({"format": 1})])
def test_a_manifest_that_is_not_one_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(arrays.ArtifactError):
        arrays.read(folder)


def test_a_format_of_a_later_version_is_refused_by_its_number(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text()) | {"format": 2}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(arrays.ArtifactError, match="format 2"):
        arrays.read(folder)


@pytest.mark.parametrize("bad", [np.array([np.nan]), np.array([np.inf]), np.array([object()])])
def test_what_would_not_be_safe_to_serve_is_never_written(tmp_path: Path, bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not be safe"):
        arrays.write(tmp_path / "bad", {"bad": bad}, {})


def test_the_stamp_changes_with_the_content(tmp_path: Path) -> None:
    for name, number in (("one", 1), ("two", 2)):
        arrays.write(tmp_path / name / "part", {"x": np.array([number])}, {})
    assert arrays.stamp(tmp_path / "one") != arrays.stamp(tmp_path / "two")
