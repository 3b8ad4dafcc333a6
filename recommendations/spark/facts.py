"""Before a fit on the cluster: what models have to know of everybody before they look at one."""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sql

from recommendations.data import InvalidInteractions


@dataclass(frozen=True)
class Facts:
    """Counts over all histories.

    Attributes:
        people: how many there are.
        ratings: how many they gave.
        implicit: whether all values are equal, so that they only say that somebody chose a film.
        weight: what was asked for besides.
    """

    people: int
    ratings: int
    implicit: bool
    weight: float


def facts(histories: DataFrame, weight: Column) -> Facts:
    """Return the facts of `histories`; `weight` aggregates over people. Raises InvalidInteractions without any."""
    row = histories.agg(
        sql.count("*").alias("people"),
        sql.sum(sql.size("movies")).alias("ratings"),
        sql.min(sql.array_min("stars")).alias("lowest"),
        sql.max(sql.array_max("stars")).alias("highest"),
        weight.alias("weight"),
    ).first()
    if row is None or not row["ratings"]:
        raise InvalidInteractions("The matrix is empty: there is nothing to learn from.")
    return Facts(row["people"], row["ratings"], row["lowest"] == row["highest"], float(row["weight"]))
