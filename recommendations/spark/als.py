"""ALS on a cluster: MLlib finds the films' factors, and the model that keeps them is `algorithms.als`."""

from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.ml.recommendation import ALS as DistributedALS  # noqa: N811 - both are called ALS
from pyspark.sql import DataFrame
from pyspark.sql import functions as sql

from recommendations.algorithms.als import ALS, ALSConfig
from recommendations.algorithms.least_squares import gram_of
from recommendations.data.interactions import entries
from recommendations.data.preferences import preferences
from recommendations.spark.blocks import Batches, matrix_of, numbers
from recommendations.spark.facts import facts

# MLlib's λ for each rating that a person or a film has. A history's ridge is so much of it, as for a mean person: at 1
# it would be MLlib's own, and lists are up to 5 % worse; between 5 and 20 they hardly change (ml-100k and
# ml-latest-small, people held out whole).
REGULARIZATION = 0.15
RIDGE_FACTOR = 10


def fit(histories: DataFrame, films: int, config: ALSConfig) -> ALS:
    """Return an ALS fitted on `histories` (see `blocks`) by MLlib.

        L = Σ_ui c_ui (p_ui - w_u · h_i)² + λ (Σ_u n_u |w_u|² + Σ_i n_i |h_i|²)

    over all cells, with a = 1 / `unobserved_weight`, r_ui the person's preference times their weight
    n_u^-`activity_damping`, p_ui 1 where it is above zero, else 0, and c_ui = 1 + a |r_ui|. It differs from ours in
    two things that MLlib cannot be told: how much a film is wanted is a confidence instead of a target, and λ counts
    for each wanted film. So `config.regularization` is not used; the ridge of a history is in `regularization_`.

    MLlib's own limits hold: keys of people below 2³¹. With several partitions it adds up in the order of arrival, so
    two runs are equal but for rounding. The driver needs O(films · factors).
    """
    rated = facts(histories, sql.avg(sql.pow(sql.size("movies"), sql.lit(-config.activity_damping))))
    prepare = partial(
        _triples, films=films, implicit=rated.implicit, damping=config.activity_damping, mean=rated.weight
    )
    triples = histories.mapInArrow(prepare, "person bigint, film int, preference float")
    # Whom nobody wants has no λ in MLlib's loss, and its equations may then have no solution.
    wanted = triples.where("preference > 0").select("film").distinct()
    blocks = histories.rdd.getNumPartitions()
    solver = DistributedALS(
        rank=config.factors,
        maxIter=config.iterations,
        regParam=REGULARIZATION,
        implicitPrefs=True,
        alpha=1 / config.unobserved_weight,
        seed=config.seed,
        userCol="person",
        itemCol="film",
        ratingCol="preference",
        numUserBlocks=blocks,
        numItemBlocks=blocks,
    )
    found = solver.fit(triples.join(sql.broadcast(wanted), "film", "left_semi")).itemFactors.toArrow()
    ridge = RIDGE_FACTOR * REGULARIZATION * config.unobserved_weight * rated.ratings / rated.people
    return _model(found, films, config, implicit=rated.implicit, ridge=ridge)


def _triples(batches: Batches, films: int, implicit: bool, damping: float, mean: float) -> Batches:
    """Return who wants which film, and how much: a row for each rating of those who want any."""
    for batch in batches:
        stars = matrix_of(batch, films)
        counts = np.diff(stars.indptr)
        weights = np.maximum(counts, 1.0) ** -damping / mean
        wanted = preferences(stars, implicit=implicit)
        wants_any = np.diff(entries(wanted, wanted.data > 0).indptr) > 0
        keep = np.repeat(wants_any, counts)
        values = wanted.data * np.repeat(weights, counts)
        columns = np.repeat(numbers(batch, "key"), counts), stars.indices, values.astype(np.float32)
        yield pa.RecordBatch.from_arrays(
            [pa.array(column[keep]) for column in columns], ["person", "film", "preference"]
        )


def _model(found: pa.Table, films: int, config: ALSConfig, *, implicit: bool, ridge: float) -> ALS:
    """Return the recommender with MLlib's factors; films that nobody wants have none and stay at zero."""
    model = ALS(config)
    model.films_, model.implicit_, model.regularization_ = films, implicit, ridge
    rated = np.asarray(found["id"])
    model.known_ = np.zeros(films, np.bool_)
    model.known_[rated] = True
    model.film_factors_ = np.zeros((films, config.factors), np.float32)
    model.film_factors_[rated] = np.asarray(found["features"].combine_chunks().flatten()).reshape(len(rated), -1)
    model.gram_ = gram_of(model.film_factors_, config.unobserved_weight, ridge)
    return model
