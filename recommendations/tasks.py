"""What Celery runs: thin, and each of them may come twice or late without harm."""

import logging
import os
import subprocess
import sys

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from recommendations.training import jobs

logger = logging.getLogger(__name__)


@shared_task
def train() -> None:
    """Ask for a run: what the timetable calls."""
    jobs.request_run(requested_by=None, at=timezone.now())


@shared_task
def run_training(run: int) -> None:
    """Work on a run in a process of its own, so that the worker never grows and the web stays quick."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "train", "--run", str(run), "--background"]
    ended = subprocess.run(command, check=False, env=os.environ.copy())
    if ended.returncode:
        logger.warning("Training ended with exit code %s; the run's row says why", ended.returncode)


@shared_task
def take_up_expired_runs() -> None:
    """Wake runs whose trainer or whose message was lost."""
    jobs.wake_waiting(at=timezone.now())
