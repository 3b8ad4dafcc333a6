"""What every recommender must do, asked of those that were fitted on the cluster."""

from collections.abc import Iterator
from functools import partial

import pytest
from scipy import sparse

from recommendations.algorithms import Recommender, registry
from recommendations.data import SideInformation
from recommendations.spark.engine import FITTED
from recommendations.spark.session import Cluster
from tests.recommendations.algorithms import test_contract as contract
from tests.recommendations.matrices import two_tastes
from tests.spark.matrices import dealt_out

# This is about the memory of this process, which here only sees what comes of the fit.
NOT_ASKED = {"test_fitting_takes_no_more_memory_than_was_said_before"}
ASKED = sorted(FITTED)

globals().update(
    {name: test for name, test in vars(contract).items() if name.startswith("test_") and name not in NOT_ASKED}
)


def fitted_on(cluster: Cluster, kind: type[Recommender]) -> type[Recommender]:
    """Return a twin of a recommender whose fit is the cluster's."""

    class OnCluster(kind):  # type: ignore[misc, valid-type]
        Config = staticmethod(partial(kind.Config, iterations=4)) if kind.name == "als" else kind.Config

        def _fit(self, interactions: sparse.csr_matrix, side: SideInformation) -> None:
            histories = dealt_out(cluster.session, interactions, parts=1)
            vars(self).update(vars(FITTED[self.name](histories, interactions.shape[1], self.config)))

    return OnCluster


@pytest.fixture(scope="module", autouse=True)
def _registry_of_the_cluster(cluster: Cluster) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ASKED:
            patch.setitem(registry.RECOMMENDERS, name, fitted_on(cluster, registry.RECOMMENDERS[name]))
        yield


@pytest.fixture(scope="module", params=ASKED)
def model(request: pytest.FixtureRequest) -> Recommender:
    return registry.create(request.param).fit(two_tastes(films=contract.FILMS))


@pytest.fixture(scope="module")
def personal(model: Recommender) -> Recommender:
    return model
