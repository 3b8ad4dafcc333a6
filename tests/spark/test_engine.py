"""The whole night path on a cluster, in a process of its own, and what happens to it when something is not there."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from django.conf import settings

from recommendations.spark.session import Cluster
from recommendations.store.file_lists import FileTopLists
from recommendations.training.engine import EngineUnavailable
from tests import servers
from tests.spark.cluster import POSTGRESQL_DRIVER, Standalone, kill, standalone, until

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
PEOPLE = "SELECT public_id FROM catalog_rater ORDER BY public_id"


class Site:
    """A site of the sample's ratings in a folder, trained by real processes."""

    def __init__(self, folder: Path, spark: Standalone) -> None:
        self.folder = folder
        self.environment = os.environ | spark.environment
        self.environment |= {"VAR_DIR": str(folder), "RECS_RECOMMENDERS": "item_knn", "RECS_ENGINE": "spark"}
        self.environment |= {"RECS_SPARK_MASTER": spark.master, "RECS_SPARK_FOLDER": str(folder / "spark")}

    def manage(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MANAGE, *command], env=self.environment | environment, capture_output=True, text=True, check=False
        )

    def trainer(self) -> subprocess.Popen[bytes]:
        with (self.folder / "trainer.log").open("w") as output:
            return subprocess.Popen([*MANAGE, "train"], env=self.environment, stdout=output, stderr=output)

    def column(self, query: str) -> list[object]:
        with sqlite3.connect(self.folder / "db.sqlite3", timeout=20) as connection:
            return [row[0] for row in connection.execute(query)]

    def live(self) -> int:
        return int(str(self.column("SELECT run_id FROM recommendations_liverun")[0]))

    def until_fit(self, *, after: int) -> int:
        """Wait until a run that is newer than `after` has come to its fit, and return it."""
        query = f"SELECT run_id FROM recommendations_trainingstep WHERE name = 'fit' AND run_id > {after}"
        until(lambda: self.column(query), "No run came to its fit.", seconds=300)
        return int(str(self.column(query)[0]))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, spark: Standalone) -> Site:
    """A site whose run 1 was trained on this machine and is live."""
    made = Site(tmp_path_factory.mktemp("site"), spark)
    for command in (["migrate", "-v0"], ["import_movielens", "sample"], ["train"]):
        done = made.manage(*command, RECS_ENGINE="local")
        assert done.returncode == 0, done.stderr
    return made


def test_without_a_master_the_run_fails_with_a_sentence_and_the_old_one_stays_live(site: Site) -> None:
    done = site.manage("train", RECS_SPARK_MASTER=f"spark://127.0.0.1:{servers.free_port()}")
    assert done.returncode == 1
    assert done.stderr.count("No Spark master answers at spark://127.0.0.1:") == 1
    assert "Traceback" not in done.stderr
    newest = site.column("SELECT status || ': ' || error FROM recommendations_trainingrun ORDER BY id DESC LIMIT 1")
    assert str(newest[0]).startswith("failed: No Spark master answers")
    assert site.live() == 1


def test_without_java_the_run_fails_with_a_sentence(site: Site) -> None:
    done = site.manage("train", JAVA_HOME=str(site.folder))
    assert "needs Java 17 on this machine" in done.stderr
    assert site.live() == 1


def test_the_next_run_goes_live_and_its_lists_are_those_of_one_machine(site: Site) -> None:
    done = site.manage("train")
    assert done.returncode == 0, done.stderr
    lists, newest = FileTopLists(site.folder / "lists"), site.live()
    assert newest > 1
    for rater in map(int, map(str, site.column(PEOPLE))):
        ours, theirs = lists.get(1, "item_knn", rater), lists.get(newest, "item_knn", rater)
        np.testing.assert_allclose(theirs.scores, ours.scores, rtol=1e-3)
        assert theirs.taste_version == ours.taste_version
        assert len(set(theirs.movies) & set(ours.movies)) >= 0.95 * len(ours.movies)
    data = site.column("SELECT data FROM recommendations_trainingrun WHERE status = 'succeeded'")
    assert data[0] == data[1]


def test_a_trainer_and_then_a_worker_killed_cost_nothing_but_their_work(site: Site, spark: Standalone) -> None:
    before = site.live()
    trainer = site.trainer()
    lost = site.until_fit(after=before)
    trainer.send_signal(signal.SIGKILL)
    trainer.wait()
    assert site.live() == before

    trainer = site.trainer()
    newest = site.until_fit(after=lost)
    kill(spark.workers[-1])
    assert trainer.wait(timeout=600) == 0, (site.folder / "trainer.log").read_text()
    assert site.live() == newest
    spark.add_worker()


@pytest.fixture
def postgresql() -> Iterator[str]:
    with servers.postgresql() as url:
        yield url


def test_workers_read_postgresql_themselves(tmp_path: Path, spark: Standalone, postgresql: str) -> None:
    if not POSTGRESQL_DRIVER.exists():
        pytest.skip("libpostgresql-jdbc-java is not installed")
    site = Site(tmp_path, spark)
    site.environment |= {"DATABASE_URL": postgresql, "RECS_SPARK_FOLDER": ""}
    for command in (["migrate", "-v0"], ["import_movielens", "sample"], ["train"]):
        done = site.manage(*command)
        assert done.returncode == 0, done.stderr
    assert "is live" in done.stdout
    assert FileTopLists(tmp_path / "lists").runs() == {1}


def test_sqlite_without_a_shared_folder_is_refused(site: Site) -> None:
    done = site.manage("train", RECS_SPARK_FOLDER="")
    assert "set RECS_SPARK_FOLDER" in done.stderr


def test_ratings_are_exported_whole(site: Site, tmp_path: Path) -> None:
    done = site.manage("export_ratings", str(tmp_path))
    assert done.returncode == 0, done.stderr
    stars = pq.read_table(tmp_path / "ratings").column("half_stars").to_pylist()
    assert sorted(stars) == sorted(site.column("SELECT half_stars FROM catalog_rating"))


def test_a_master_without_workers_is_not_waited_for_for_ever(tmp_path: Path, spark: Standalone) -> None:
    with standalone(tmp_path / "lonely", workers=0) as lonely, pytest.raises(EngineUnavailable, match="No worker of"):
        Cluster(lonely.master, worker_seconds=2)


def test_a_run_whose_workers_are_all_gone_is_given_up(tmp_path: Path, spark: Standalone) -> None:
    with standalone(tmp_path / "dying", workers=1) as dying:
        cluster = Cluster(dying.master, worker_seconds=20)
        try:
            kill(dying.workers[0])
            with pytest.raises(EngineUnavailable, match="have been gone for 20 s"), cluster.sentences():
                cluster.session.range(10).count()
        finally:
            cluster.close()
