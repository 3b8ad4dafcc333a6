"""Everybody's list, made on the executors and handed to the driver in blocks, in the order of public ids."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.storagelevel import StorageLevel

from recommendations.algorithms import Recommender
from recommendations.data.interactions import Ids
from recommendations.spark.blocks import PACKED, Batches, matrix_of, packed, unpacked

_PEOPLE = 1_000


@dataclass(frozen=True)
class _Lists:
    """What a task needs to make lists: the fitted model, which is sent to each executor once."""

    model: "Broadcast[Recommender]"
    movies: Ids
    films: int

    def __call__(self, batches: Batches) -> Batches:
        """Turn histories into packed blocks of lists."""
        return packed(self._made(batch[start : start + _PEOPLE]) for batch in batches for start in _starts(batch))

    def _made(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        positions, scores = self.model.value.recommend(matrix_of(batch, len(self.movies)), self.films)
        movies = np.where(positions >= 0, self.movies[positions], -1).astype(np.int32)
        lists = (
            pa.FixedSizeListArray.from_arrays(pa.array(values.ravel()), self.films) for values in (movies, scores)
        )
        columns = [batch.column("rater"), batch.column("taste_version"), *lists]
        return pa.RecordBatch.from_arrays(columns, ["rater", "taste_version", "movies", "scores"])


def made_on(histories: DataFrame, model: Recommender, movies: Ids, films: int) -> Batches:
    """Yield the best `films` films of everybody in `histories`, some people at a time, ascending by public id.

    Batches have rater, taste_version, and movies and scores, both padded to `films` as by `Recommender.recommend`.
    All lists are made before the first is handed out, on all cores, and wait on the executors' disks: about 8 bytes a
    film. The driver holds a few partitions of them at a time.
    """
    sent = histories.sparkSession.sparkContext.broadcast(model)
    blocks = histories.mapInArrow(_Lists(sent, movies, films), PACKED).persist(StorageLevel.DISK_ONLY)
    try:
        blocks.count()
        yield from unpacked(blocks)
    finally:
        blocks.unpersist()
        sent.unpersist()


def _starts(batch: pa.RecordBatch) -> range:
    return range(0, len(batch), _PEOPLE)
