"""Where the cluster reads raters and ratings: PostgreSQL itself, or Parquet that was written from any database."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.storagelevel import StorageLevel

from recommendations.spark.export import RATERS, RATINGS
from recommendations.training.engine import EngineUnavailable

_FETCH = 50_000


@dataclass(frozen=True)
class Tables:
    """The two tables, with the columns of `export.RATERS` and `export.RATINGS`."""

    raters: DataFrame
    ratings: DataFrame


def from_parquet(session: SparkSession, folder: Path) -> Tables:
    """Return what `export` wrote into a folder that all workers see under the same path."""
    return Tables(
        session.read.parquet(f"file://{folder / RATERS.name}"), session.read.parquet(f"file://{folder / RATINGS.name}")
    )


def from_postgresql(session: SparkSession, database: Mapping[str, Any], *, last_rater: int, partitions: int) -> Tables:
    """Return the tables of `database`, Django's description of it, read by so many tasks at once.

    Every task has a range of raters, so that a person's ratings are read at one moment. Ranges are of equal width in
    keys up to `last_rater`, which are dense. Raises EngineUnavailable for another kind of database.
    """
    if "postgresql" not in database["ENGINE"]:
        raise EngineUnavailable(
            "Spark's workers cannot read SQLite: set RECS_SPARK_FOLDER to a folder that they share with this machine."
        )
    reader = session.read.format("jdbc").options(
        url=f"jdbc:postgresql://{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}/{database['NAME']}",
        user=database["USER"],
        password=database["PASSWORD"],
        driver="org.postgresql.Driver",
        fetchsize=_FETCH,
        lowerBound=1,
        upperBound=last_rater + 1,
        numPartitions=partitions,
    )
    raters = reader.options(dbtable=RATERS.query, partitionColumn="id").load()
    # Tastes are read before ratings, and kept twice so that a lost worker does not have them read after: a rating that
    # comes in between then only means that this person's list is made again, and never that it is taken for fresh.
    raters.persist(StorageLevel.MEMORY_AND_DISK_2).count()
    return Tables(raters, reader.options(dbtable=RATINGS.query, partitionColumn="rater_id").load())
