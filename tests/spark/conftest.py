"""A cluster for these tests, which are only there where pyspark is: `make test-spark` makes such a place."""

from importlib.util import find_spec

import pytest

ASKED = {"als", "item_knn"}

if find_spec("pyspark"):
    from tests.spark.fixtures import cluster, spark  # noqa: F401
else:
    collect_ignore_glob = ["*"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask the contract only of what the cluster fits."""
    items[:] = [item for item in items if not _of_others(item)]


def _of_others(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return (
        item.path.match("tests/spark/test_contract.py") and bool(call) and call.params.get("name", "als") not in ASKED
    )
