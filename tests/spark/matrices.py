"""A matrix of a test's own, dealt out to the cluster."""

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from scipy import sparse

from recommendations.spark.blocks import lists


def dealt_out(session: SparkSession, matrix: sparse.csr_matrix, parts: int = 2) -> DataFrame:
    """Return the rows of a matrix as histories, in order; people without a rating have none."""
    rows = np.flatnonzero(np.diff(matrix.indptr))
    starts = np.append(matrix.indptr[:-1][rows], matrix.indptr[-1])
    table = pa.table(
        {
            "key": rows,
            "rater": rows,
            "taste_version": np.zeros(len(rows), np.int64),
            "trains": np.ones(len(rows), np.bool_),
            "held_out": np.zeros(len(rows), np.bool_),
            "movies": lists(starts, matrix.indices.astype(np.int32)),
            "stars": lists(starts, matrix.data),
            "times": lists(starts, np.arange(matrix.nnz)),
        }
    )
    return session.createDataFrame(table).repartitionByRange(parts, "rater").sortWithinPartitions("rater")
