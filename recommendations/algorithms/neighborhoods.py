"""Which films are alike: the neighbourhoods that item-KNN and the predicted stars both stand on."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommendations.algorithms.threads import in_threads, thread_count
from recommendations.data.interactions import Positions, Scores

Films = NDArray[np.uint32]
Starts = NDArray[np.int64]

# Sums of one block of films, one for each film before them: what stays in a processor's own cache.
BLOCK_SUMS = 256 * 1024
# Of a film whose values are all zero: a product of two is still above zero in single precision.
LEAST_NORM = 1e-18


def film_neighborhoods(values: sparse.csr_matrix, neighbors: int, shrinkage: float) -> sparse.csr_matrix:
    """Return the `neighbors` most alike films of each film by shrunk cosine.

        sim_ij = (x_i · x_j) / (|x_i| |x_j| + shrinkage),   only where it is above zero

    `values` is users × films, signed; the result canonical CSR float32, films × films, with nothing on the diagonal.
    Exact; of films that are equally alike the more rated one is kept. Each pair is met once and told to both, by
    threads that each keep their own best until the end, so the result is the same for any number of them.
    Time O(Σ_u n_u² / 2 + films² / 2); memory: see `memory_bound`.
    """
    from recommendations.algorithms import neighborhood_kernels as kernels  # noqa: PLC0415

    films = values.shape[1]
    neighbors = max(1, min(neighbors, films - 1))
    order, ranked, squares = _by_popularity(values)
    norms = np.maximum(np.pad(np.sqrt(squares), (0, -films % kernels.STRIDE)), LEAST_NORM).astype(np.float32)
    columns, firsts = _unsigned(ranked.indices), _blocks(films)
    ends, runs = _runs(ranked.indptr.astype(np.int64), columns, firsts)

    least = np.where(np.arange(len(norms)) < films, kernels.LEAST, kernels.NEVER)

    def best_of(blocks: Iterator[int]) -> tuple[Scores, Films]:
        kept, who = np.zeros((films, neighbors), np.float32), np.full((films, neighbors), films, np.uint32)
        for block in blocks:
            first, last = firsts[block], firsts[block + 1]
            lanes = -(-last // kernels.STRIDE)
            sums = np.zeros((last - first, lanes * kernels.STRIDE), np.float32)
            kernels.add_products(runs[ends[block] : ends[block + 1]], columns, ranked.data, np.uint32(first), sums)
            spare = np.empty(lanes, np.float32), np.empty(lanes, np.float32)
            kernels.keep_best(first, sums, norms, np.float32(shrinkage), kept, who, least, spare)
        return kept, who

    (kept, who), *others = in_threads(best_of, [iter(range(len(firsts) - 1))] * thread_count())
    for other in others:
        kernels.merge(kept, who, *other)
    return _as_csr(order, kept, who)


def film_products(values: sparse.csr_matrix) -> tuple[Positions, Scores]:
    """Return an order of the columns of `values`, and the products x_i · x_j of all of them in that order.

    The most frequent ones come first, which is what makes it quick; the products are float32, columns × columns, both
    halves. Time O(Σ_u n_u² / 2), by all threads; memory 4 columns² bytes and 48 for each stored value.
    """
    from recommendations.algorithms import neighborhood_kernels as kernels  # noqa: PLC0415

    order, ranked, squares = _by_popularity(values)
    columns, firsts = _unsigned(ranked.indices), _blocks(len(order))
    ends, runs = _runs(ranked.indptr.astype(np.int64), columns, firsts)
    products = np.zeros((len(order), len(order)), np.float32)

    def add(block: int) -> None:
        first, last = firsts[block], firsts[block + 1]
        own = runs[ends[block] : ends[block + 1]]
        kernels.add_products(own, columns, ranked.data, np.uint32(first), products[first:last])

    in_threads(add, range(len(firsts) - 1))
    for place in range(len(order)):
        products[place, place + 1 :] = products[place + 1 :, place]
    products[np.diag_indices(len(order))] = squares
    return order, products


def memory_bound(films: int, ratings: int, neighbors: int) -> int:
    """Return how many bytes `film_neighborhoods` takes at most: ratings in order, and what each thread keeps."""
    threads, kept = thread_count(), 8 * films * neighbors
    return 48 * ratings + (threads + 4) * kept + threads * 8 * max(BLOCK_SUMS, films) + 60 * films


def _by_popularity(values: sparse.csr_matrix) -> tuple[Positions, sparse.csr_matrix, NDArray[np.float64]]:
    """Return the films in the order of how often they were rated, the values in that order, and each film's Σ x²."""
    films = values.shape[1]
    order = np.argsort(-np.bincount(values.indices, minlength=films), kind="stable").astype(np.int32)
    rank = np.empty_like(order)
    rank[order] = np.arange(films, dtype=np.int32)
    ranked = sparse.csr_matrix((values.data, rank[values.indices], values.indptr), shape=values.shape)
    # To columns and back is the quickest way of sorting every row.
    ranked = ranked.tocsc().tocsr()
    powers = np.square(ranked.data, dtype=np.float64)
    squares = np.bincount(ranked.indices, powers, films).astype(np.float64, copy=False)
    return order, ranked, squares


def _runs(starts: Starts, columns: Films, firsts: list[int]) -> tuple[Starts, Starts]:
    """Return where the runs of each block of films start, and the runs: see `deal_runs`."""
    from recommendations.algorithms import neighborhood_kernels as kernels  # noqa: PLC0415

    block_of = np.repeat(np.arange(len(firsts) - 1, dtype=np.int32), np.diff(firsts))
    counts = np.zeros(len(firsts) - 1, np.int64)
    kernels.count_runs(starts, columns, block_of, counts)
    ends = np.concatenate([[0], np.cumsum(counts)])
    runs = np.empty((ends[-1], 3), np.int64)
    kernels.deal_runs(starts, columns, block_of, ends[:-1].copy(), runs)
    return ends, runs


def _unsigned(indices: NDArray[np.integer[Any]]) -> Films:
    return indices.astype(np.int32, copy=False).view(np.uint32)


def _blocks(films: int) -> list[int]:
    """Return where blocks of films start, and the end: fewer films the more there are before them."""
    firsts = [0]
    while firsts[-1] < films:
        first = firsts[-1]
        size = max(1, int((-first + (first**2 + 4 * BLOCK_SUMS) ** 0.5) / 2))
        firsts.append(min(films, first + size))
    return firsts


def _as_csr(order: Positions, kept: Scores, who: Films) -> sparse.csr_matrix:
    """Return the kept likenesses, by the films' own numbers again."""
    films = len(order)
    back = np.argsort(order)
    kept, who = kept[back], who[back]
    found = kept > 0
    starts = np.concatenate([[0], np.cumsum(found.sum(axis=1))])
    neighborhoods = sparse.csr_matrix((kept[found], order[who[found]], starts), shape=(films, films))
    neighborhoods.sort_indices()
    return neighborhoods
