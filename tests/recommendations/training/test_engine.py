"""Which engine a run gets, and what is said when it cannot have it."""

import sys
from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog.models import Movie
from config.environment import engine_name
from recommendations.models import TrainingRun
from recommendations.training.engine import EngineUnavailable, LocalEngine, create
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.recommendations.conftest import Clock

SPARK = "recommendations.spark.engine.SparkEngine"
KNOWN = ("local", "spark")


def test_a_run_is_this_machines_unless_told_otherwise(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECS_ENGINE", raising=False)
    assert engine_name(KNOWN) == "local"
    assert type(create(options)) is LocalEngine


def test_an_engine_that_does_not_exist_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECS_ENGINE", "steam")
    with pytest.raises(ImproperlyConfigured, match="'steam'; it can be local or spark"):
        engine_name(KNOWN)


def test_spark_without_a_master_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECS_ENGINE", "spark")
    monkeypatch.delenv("RECS_SPARK_MASTER", raising=False)
    with pytest.raises(ImproperlyConfigured, match="needs RECS_SPARK_MASTER"):
        engine_name(KNOWN)


def test_without_pyspark_the_run_fails_and_says_what_to_install(
    site: list[Movie], options: Options, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.delitem(sys.modules, SPARK.rpartition(".")[0], raising=False)
    with pytest.raises(EngineUnavailable, match="needs pyspark, which is not installed"):
        train(TrainingRun.objects.create().pk, replace(options, engine=SPARK), clock=clock)
    assert "requirements-spark.txt" in TrainingRun.objects.get().error
