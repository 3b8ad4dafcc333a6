"""On executors: people and their ratings as Arrow batches, as matrices, and on their way to the driver.

Histories are rows (key, rater, taste_version, trains, held_out, movies, stars, times), one for each person, films
ascending. A batch of them is a CSR matrix already: its lists are the indices and data, their offsets the row starts.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from scipy import sparse

Batches = Iterator[pa.RecordBatch]

PACKED = "block binary"


def matrix_of(batch: pa.RecordBatch, films: int) -> sparse.csr_matrix:
    """Return the histories of a batch as people × films, float32 stars."""
    movies = batch.column("movies")
    counts = np.asarray(movies.value_lengths(), np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    columns = np.asarray(movies.flatten(), np.int32)
    stars = np.array(batch.column("stars").flatten(), np.float32)
    return sparse.csr_matrix((stars, columns, starts), shape=(len(counts), films))


def numbers(batch: pa.RecordBatch, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return a column of whole numbers."""
    return np.asarray(batch.column(name), np.int64)


def lists(starts: np.ndarray, values: np.ndarray) -> pa.ListArray:
    """Return consecutive `values` as lists that begin at `starts`, which also has the end."""
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), pa.array(values))


def packed(batches: Batches) -> Batches:
    """Turn each batch into one row with all its bytes, as the driver can unpack them without looking at rows."""
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as stream:
            stream.write_batch(batch)
        yield pa.RecordBatch.from_arrays([pa.array([sink.getvalue().to_pybytes()], pa.binary())], ["block"])


def streamed(rows: DataFrame, make: Callable[[Batches], Batches] | None = None) -> Batches:
    """Yield `rows` in their order, changed by `make` on the executors, a few partitions in memory at a time."""
    yield from unpacked(rows.mapInArrow(lambda batches: packed(make(batches) if make else batches), PACKED))


def unpacked(blocks: DataFrame) -> Batches:
    """Yield the batches that `packed` made."""
    for row in blocks.toLocalIterator(prefetchPartitions=True):
        with pa.ipc.open_stream(row.block) as stream:
            yield from stream
