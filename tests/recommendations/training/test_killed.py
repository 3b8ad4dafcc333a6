"""Trainers and a worker killed with -9 in the middle: nothing is lost but their work."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.recommendations.training import killing
from tests.recommendations.training.sites import Site

REQUEST = "from django.utils import timezone; from recommendations.training import jobs; "
REQUEST += "jobs.request_run(requested_by=None, at=timezone.now())"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, RECS_RECOMMENDERS="popularity,item_knn")
    site.manage("migrate", "-v0")
    site.manage("import_movielens", "sample")
    site.manage("train")
    return site


@pytest.fixture
def worker(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    worker = site.worker()
    yield worker
    _kill(worker.pid)
    worker.wait()


@pytest.mark.thorough
def test_a_killed_worker_leaves_the_old_run_live_and_the_next_training_works(
    site: Site, worker: subprocess.Popen[bytes]
) -> None:
    before, lists = site.live(), site.manage("recommend", "--user", "1")
    site.manage("shell", "-v0", "-c", REQUEST)
    _until(lambda: site.row(f"SELECT 1 FROM recommendations_trainingstep WHERE run_id > {before} AND name = 'fit'"))
    _kill(worker.pid)
    assert site.live() == before
    assert site.manage("recommend", "--user", "1") == lists
    site.manage("train")
    assert site.live() != before


@pytest.mark.thorough
def test_a_trainer_killed_at_any_step_leaves_the_old_run_live_and_the_next_one_works(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", RECS_RECOMMENDERS="item_knn", RECS_DEFAULT="item_knn")
    site.manage("migrate", "-v0")
    people = "--users", "60", "--movies", "40", "--ratings", "900"
    site.manage("generate_ratings", "-v0", *people, "--out", str(tmp_path / "ratings"))
    site.manage("import_movielens", str(tmp_path / "ratings"))
    said = site.manage("shell", "-v0", "-c", "from tests.recommendations.training import killing; killing.report()")
    lines = [line.split("|")[1:] for line in said.splitlines() if line.startswith("said|")]
    first, *killed, last = [(moment, int(ended), int(live)) for moment, ended, live in lines]
    assert killed == [(moment, -signal.SIGKILL, first[2]) for moment in killing.MOMENTS]
    assert (first[1], last[1]) == (0, 0)
    assert last[2] > first[2]
    assert not list((tmp_path / "site" / "runs").glob(f"{last[2]}.unfinished"))


def _kill(process: int) -> None:
    """End a process and all that it started, without asking."""
    if not psutil.pid_exists(process):
        return
    family = [psutil.Process(process), *psutil.Process(process).children(recursive=True)]
    for member in family:
        member.kill()


def _until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "It did not happen within a minute."
        time.sleep(0.02)
