"""The cluster's `extract`: from tables of raters and ratings to one row per person, in the order of public ids."""

from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.storagelevel import StorageLevel

from recommendations.data.interactions import Ids
from recommendations.evaluation import held_out_people
from recommendations.spark.blocks import Batches, numbers

_PERSON = "key bigint, rater bigint, taste_version bigint, trains boolean, held_out boolean"
SCHEMA = f"{_PERSON}, movies array<int>, stars array<float>, times array<bigint>"


def histories(
    session: SparkSession, raters: DataFrame, ratings: DataFrame, movies: Ids, *, held_out: float, partitions: int
) -> DataFrame:
    """Return everybody who has rated anything, as `blocks` describes, kept in the executors' memory or on their disks.

    `raters` has id, public_id, trains and taste_version; `ratings` rater_id, movie_id, half_stars and rated_at;
    `movies` are the keys of the matrix' columns. Partitions ascend by public id, and so do their rows. What is lost
    with an executor is read again.
    """
    columns = pa.table({"movie_id": movies, "movie_ix": pa.array(range(len(movies)), pa.int32())})
    cells = ratings.join(sql.broadcast(session.createDataFrame(columns)), "movie_id")
    one = sql.struct("movie_ix", (sql.col("half_stars") / 2).cast("float").alias("stars"), "rated_at")
    people = cells.groupBy("rater_id").agg(sql.sort_array(sql.collect_list(one)).alias("own"))
    rows = people.join(raters, people.rater_id == raters.id).select(
        sql.col("id").alias("key"),
        sql.col("public_id").alias("rater"),
        "taste_version",
        "trains",
        sql.col("own.movie_ix").alias("movies"),
        sql.col("own.stars").alias("stars"),
        sql.col("own.rated_at").alias("times"),
    )
    marked = rows.mapInArrow(partial(_marked, share=held_out), SCHEMA)
    ordered = marked.repartitionByRange(partitions, "rater").sortWithinPartitions("rater")
    return ordered.persist(StorageLevel.MEMORY_AND_DISK)


def _marked(batches: Batches, share: float) -> Batches:
    """Add who is held out: the same people as on one machine."""
    for batch in batches:
        held_out = pa.array(held_out_people(numbers(batch, "rater"), share))
        yield batch.add_column(4, "held_out", held_out)
