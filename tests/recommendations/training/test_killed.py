"""A worker and its trainer killed with -9 in the middle: nothing is lost but their work."""

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.recommendations.training.sites import Site

REQUEST = "from django.utils import timezone; from recommendations.training import jobs; "
REQUEST += "jobs.request_run(requested_by=None, at=timezone.now())"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
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
