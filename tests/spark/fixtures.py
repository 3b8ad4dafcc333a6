"""A master with two workers for all tests of this folder, and a session for those that need it in this process."""

import os
from collections.abc import Iterator

import pytest

from recommendations.spark.session import Cluster
from tests.spark.cluster import Standalone, standalone


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A master and two workers; this process' own JVM takes its memory and jars from the same place."""
    with standalone(tmp_path_factory.mktemp("spark")) as cluster:
        os.environ.update(cluster.environment)
        yield cluster


@pytest.fixture(scope="module")
def cluster(spark: Standalone) -> Iterator[Cluster]:
    """Our own connection to it."""
    opened = Cluster(spark.master)
    yield opened
    opened.close()
