"""Between extract and fit: rows in an order that two imports of the same data share, since public ids are random."""

import hashlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog.models import Rater, Release
from recommendations.data import SideInformation
from recommendations.data.interactions import Ids
from recommendations.training.extract import Snapshot
from recommendations.training.tables import raw_rows

Keys = NDArray[np.uint64] | Ids


def lasting_keys(public_ids: Ids) -> Keys:
    """Return a key for each person, uint64, spread evenly over all numbers.

    It hangs on the release's name and the person's number in it for imported people, so that another import gives
    them the same one; on the public id for everybody else. `public_ids` are ascending.
    """
    keys = _spread(public_ids.astype(np.uint64))
    if not len(keys):
        return keys
    names = {pk: _number_of(name) for pk, name in Release.objects.values_list("pk", "name")}
    imported = Rater.objects.filter(release__isnull=False, number__isnull=False)
    for rows in raw_rows(imported.order_by().values_list("public_id", "release_id", "number")):
        ids, releases, numbers = np.array(rows, np.int64).T
        places = np.minimum(np.searchsorted(public_ids, ids), len(public_ids) - 1)
        here = public_ids[places] == ids
        seeds = np.array([names.get(release, 0) for release in np.unique(releases).tolist()], np.uint64)
        seeds = seeds[np.unique(releases, return_inverse=True)[1]]
        keys[places[here]] = _spread(seeds + numbers.astype(np.uint64))[here]
    return keys


def in_order_of(keys: Keys, snapshot: Snapshot) -> tuple[sparse.csr_matrix, SideInformation, Keys]:
    """Return the matrix that models learn from, rows by ascending key, with what is known besides, and the keys.

    People who do not train have an empty row. Rows are no longer those of the snapshot's IdMap; columns are.
    """
    matrix, side = snapshot.interactions, snapshot.side
    order = np.argsort(keys, kind="stable")
    counts = np.where(snapshot.trains, np.diff(matrix.indptr), 0)[order]
    starts = np.concatenate([[0], np.cumsum(counts)])
    # Where each stored value of the result stands in the snapshot's, in numbers as short as they may be.
    number = np.int32 if matrix.nnz < 2**31 else np.int64
    places = np.repeat((matrix.indptr[:-1][order] - starts[:-1]).astype(number), counts)
    places += np.arange(len(places), dtype=number)
    ordered = sparse.csr_matrix((matrix.data[places], matrix.indices[places], starts), shape=matrix.shape)
    if side.times is not None:
        side = replace(side, times=side.times[places])
    return ordered, side, keys[order]


def _number_of(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def _spread(numbers: Keys) -> Keys:
    """Return a one-to-one hash of each number: Steele, Lea and Flood, OOPSLA 2014, the finisher of SplitMix64."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
