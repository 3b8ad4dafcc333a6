"""RECS_ENGINE=spark: a cluster holds the ratings, fits what grows with them, and makes everybody's list.

On the driver, the training process, stay what is small or a sample: films and what is known of them, the people on
whom models are measured, and the models that learn enough from so many people as fit into its memory.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Max
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql
from scipy import sparse

from catalog.models import Rater, Rating
from recommendations.algorithms import Recommender
from recommendations.algorithms.hybrid import Hybrid
from recommendations.data import IdMap, SideInformation
from recommendations.data.interactions import Ids, InvalidInteractions
from recommendations.spark import als, item_knn, toplists
from recommendations.spark.blocks import Batches, matrix_of, numbers, streamed
from recommendations.spark.export import export
from recommendations.spark.histories import histories
from recommendations.spark.session import Cluster
from recommendations.spark.tables import Tables, from_parquet, from_postgresql
from recommendations.store.toplists import Block
from recommendations.training.engine import EngineUnavailable, Extract, LocalEngine
from recommendations.training.extract import Snapshot
from recommendations.training.films import film_keys, known_of_films
from recommendations.training.options import Options
from recommendations.training.people import Keys

# What the cluster fits. Everything else is fitted on the driver's sample of people.
FITTED: dict[str, Callable[[DataFrame, int, Any], Recommender]] = {"als": als.fit, "item_knn": item_knn.fit}
_RATINGS_OF_A_PARTITION = 1_000_000
# Memory that fitting on the driver takes for each rating of its sample.
_BYTES_OF_A_RATING = 256
# Public ids are random numbers, so their last digits choose people as well as lots would.
_LOTS = 1_000_000


class SparkEngine(LocalEngine):
    """The engine of `RECS_SPARK_MASTER`."""

    def __init__(self, options: Options) -> None:
        """Connect. Raises EngineUnavailable."""
        super().__init__(options)
        if Hybrid.name in options.recommenders:
            raise EngineUnavailable(
                "RECS_ENGINE=spark cannot fit the hybrid, whose parts are fitted together on one machine: take it out "
                "of RECS_RECOMMENDERS."
            )
        self._cluster = Cluster(options.engine_options["master"])

    def extract(self) -> Extract:
        """Read the ratings into the cluster, and a sample of people into this process."""
        movies = film_keys()
        ratings = int(Rating.objects.aggregate(last=Max("pk"))["last"] or 0)
        partitions = max(self._cluster.cores(), ratings // _RATINGS_OF_A_PARTITION)
        with self._cluster.sentences():
            tables = self._tables(partitions)
            self._histories = histories(
                self._cluster.session,
                tables.raters,
                tables.ratings,
                movies,
                held_out=self.options.held_out_share,
                partitions=partitions,
            )
            return self._extracted(movies)

    def _tables(self, partitions: int) -> Tables:
        session = self._cluster.session
        if folder := self.options.engine_options["folder"]:
            export(Path(folder))
            return from_parquet(session, Path(folder))
        last = int(Rater.objects.aggregate(last=Max("pk"))["last"] or 0)
        return from_postgresql(session, connection.settings_dict, last_rater=last, partitions=partitions)

    def _extracted(self, movies: Ids) -> Extract:
        counted = self._histories.agg(
            sql.count("*").alias("people"),
            sql.sum(sql.size("movies")).alias("ratings"),
            sql.sum(sql.xxhash64("rater", "trains", "movies", "stars").cast("decimal(38)")).alias("digest"),
        ).first()
        people, ratings = int(counted["people"]), int(counted["ratings"] or 0)
        digest = hashlib.sha256(f"{people} {ratings} {counted['digest']}".encode() + movies.tobytes())
        snapshot = self._sample(movies, self.options.memory_budget // _BYTES_OF_A_RATING / max(1, ratings))
        ids = [numbers(batch, "rater") for batch in streamed(self._histories.select("rater"))]
        facts = {"people": people, "films": len(movies), "ratings": ratings}
        if snapshot.interactions.nnz < ratings:
            facts["sample"] = int(snapshot.interactions.nnz)
        return Extract(snapshot, IdMap(np.concatenate([*ids, movies[:0]]), movies), facts, digest.hexdigest())

    def _sample(self, movies: Ids, share: float) -> Snapshot:
        """Return everybody, or that `share` of them if it is less than all."""
        chosen = self._histories.where(sql.col("rater") % _LOTS < int(share * _LOTS)) if share < 1 else self._histories
        columns = ("rater", "trains", "taste_version", "movies", "stars", "times")
        batches = list(streamed(chosen.select(*columns)))
        if not batches:
            raise InvalidInteractions("Nobody has rated anything.")
        matrix = sparse.vstack([matrix_of(batch, len(movies)) for batch in batches], format="csr")
        raters = np.concatenate([numbers(batch, "rater") for batch in batches])
        tastes = np.concatenate([numbers(batch, "taste_version") for batch in batches])
        trains = np.concatenate([batch.column("trains").to_numpy(zero_copy_only=False) for batch in batches])
        times = np.concatenate([np.asarray(batch.column("times").flatten(), np.int64) for batch in batches])
        features, names = known_of_films(movies)
        side = SideInformation(film_features=features, film_feature_names=names, times=times)
        return Snapshot(matrix, IdMap(raters, movies), trains, tastes, side)

    def keys(self, snapshot: Snapshot) -> Keys:
        """Return the public ids: by them the executors hold people out."""
        return snapshot.ids.raters

    def fit(
        self, model: Recommender, matrix: sparse.csr_matrix, side: SideInformation, *, everybody: bool
    ) -> Recommender:
        """Fit on the cluster what can be, on the same people; the rest on `matrix`."""
        if model.name not in FITTED:
            return super().fit(model, matrix, side, everybody=everybody)
        learned_from = self._histories.where("trains" if everybody else "trains AND NOT held_out")
        with self._cluster.sentences():
            return FITTED[model.name](learned_from, matrix.shape[1], model.config)

    def publish(
        self, run: int, name: str, model: Recommender, snapshot: Snapshot, report: Callable[[int], None]
    ) -> int:
        """Have everybody's list made on the cluster, and write them from here: one writer, whatever the store."""
        with self._cluster.sentences():
            made = toplists.made_on(self._histories, model, snapshot.ids.movies, self.options.list_size)
            return self.options.lists.publish(run, name, _blocks(made, report))

    def close(self) -> None:
        """Leave the cluster."""
        self._cluster.close()


def _blocks(made: Batches, report: Callable[[int], None]) -> Iterator[Block]:
    done = 0
    for batch in made:
        films = [batch.column(name) for name in ("movies", "scores")]
        movies, scores = (column.flatten().to_numpy().reshape(len(batch), -1) for column in films)
        yield Block(numbers(batch, "rater"), numbers(batch, "taste_version"), movies, scores)
        done += len(batch)
        report(done)
