"""Between everything and the disk: a folder of `.npy` files with a manifest. The one file that speaks this format.

A folder holds `manifest.json` and one file per array. The manifest has the format's version, free facts (a
configuration, names), and for each array its SHA-256, shape and dtype. Never pickle. Readers map the files into
memory, so that all processes share them.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy import sparse

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
_CSR_PARTS = ("data", "indices", "indptr")

Array = np.ndarray[Any, np.dtype[Any]]


class ArtifactError(Exception):
    """A folder that cannot be used; the message says which file and why."""


def write(folder: Path, arrays: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Write `arrays` and JSON `facts` into a new `folder`; everything has reached the disk on return.

    A CSR matrix becomes three arrays. Raises FileExistsError for a folder that is there, ValueError for NaN,
    infinite values or objects.
    """
    folder.mkdir(parents=True)
    matrices = {name: list(array.shape) for name, array in arrays.items() if isinstance(array, sparse.csr_matrix)}
    entries = {name: _write_array(folder, name, array) for name, array in _flatten(arrays).items()}
    manifest = {"format": FORMAT_VERSION, "facts": dict(facts), "arrays": entries, "matrices": matrices}
    _write_bytes(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arrays and CSR matrices of `folder`, mapped into memory, and its facts.

    Raises ArtifactError when anything is missing or is not what the manifest says in version, dtype, shape or size.
    Contents are checked by `verify`, once, when a run goes live: hashing would read every byte.
    """
    manifest = _manifest(folder)
    arrays: dict[str, Any] = {
        name: _read_array(folder / f"{name}.npy", entry) for name, entry in manifest["arrays"].items()
    }
    for name, shape in manifest["matrices"].items():
        arrays[name] = _csr(arrays, name, shape)
    return arrays, manifest["facts"]


def verify(folder: Path) -> None:
    """Hash every array of `folder` and compare with the manifest. Raises ArtifactError."""
    for name, entry in _manifest(folder)["arrays"].items():
        path = folder / f"{name}.npy"
        _read_array(path, entry)
        if _sha256(path) != entry["sha256"]:
            raise ArtifactError(f"{path} has changed since it was written.")


@contextmanager
def of_this_version(folder: Path) -> Iterator[None]:
    """Turn a missing array or an unknown setting into ArtifactError: another version of the code wrote `folder`."""
    try:
        yield
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"{folder} was written by another version of Marquee ({error}); train again.") from error


def stamp(folder: Path) -> str:
    """Return the SHA-256 of the folder's manifests, which name the hash of everything else."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob(MANIFEST)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _flatten(arrays: Mapping[str, Any]) -> dict[str, Array]:
    flat: dict[str, Array] = {}
    for name, array in arrays.items():
        if isinstance(array, sparse.csr_matrix):
            flat |= {f"{name}.{part}": getattr(array, part) for part in _CSR_PARTS}
        else:
            flat[name] = np.asarray(array)
    return flat


def _write_array(folder: Path, name: str, array: Array) -> dict[str, Any]:
    if array.dtype.hasobject or (array.dtype.kind == "f" and not np.isfinite(array).all()):
        raise ValueError(f"{name} holds objects, NaN or infinite values; it would not be safe to keep.")
    path = folder / f"{name}.npy"
    with path.open("wb") as file:
        np.save(file, np.ascontiguousarray(array), allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {
        "sha256": _sha256(path),
        "shape": list(array.shape),
        "dtype": array.dtype.str,
        "bytes": path.stat().st_size,
    }


def _csr(arrays: dict[str, Any], name: str, shape: list[int]) -> sparse.csr_matrix:
    """Take the three arrays of a CSR matrix out of `arrays` and return it, without copying them."""
    data, indices, indptr = (arrays.pop(f"{name}.{part}") for part in _CSR_PARTS)
    if len(indptr) != shape[0] + 1 or len(data) != len(indices) or indptr[-1] != len(data):
        raise ArtifactError(f"The arrays of {name} do not make a matrix of {shape[0]} × {shape[1]}.")
    matrix = sparse.csr_matrix((shape[0], shape[1]), dtype=data.dtype)
    matrix.data, matrix.indices, matrix.indptr = data, indices, indptr
    return matrix


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if manifest["format"] != FORMAT_VERSION:
            raise ArtifactError(f"{folder} has format {manifest['format']}; this version reads {FORMAT_VERSION}.")
        if not all(isinstance(manifest[part], dict) for part in ("arrays", "facts", "matrices")):
            raise ArtifactError(f"{folder / MANIFEST} is not a manifest.")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(f"{folder / MANIFEST} cannot be read: {error}") from error
    result: dict[str, Any] = manifest
    return result


def _read_array(path: Path, entry: Mapping[str, Any]) -> Array:
    try:
        # The size is compared first: a header may claim an array that no memory could hold.
        if path.stat().st_size != entry["bytes"]:
            raise ArtifactError(f"{path} has {path.stat().st_size} bytes instead of {entry['bytes']}.")
        # A plain array over the same mapped memory: what is cut out of a np.memmap takes longer.
        mode: Literal["r"] | None = "r" if np.prod(entry["shape"]) else None
        array: Array = np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False))
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}") from error
    if list(array.shape) != entry["shape"] or array.dtype.str != entry["dtype"]:
        raise ArtifactError(f"{path} holds {array.shape} of {array.dtype} instead of {entry['shape']}.")
    return array


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_bytes(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
