"""Trainers that are killed with -9 in the middle of each step, one after the other; run in a process of its own."""

import os
import signal
import sys
from collections.abc import Callable
from unittest import mock

from django.core.management import call_command
from django.db import connections

from recommendations.models import LiveRun

# What a trainer is about to do when it is killed, in the order in which it comes by.
MOMENTS = {
    "extract": "recommendations.training.extract.known_of_films",
    "fit": "recommendations.algorithms.item_knn.ItemKNN._fit",
    "evaluate": "recommendations.training.train.evaluate",
    "refit": "recommendations.training.budget.Budget.allows_refit",
    "save": "recommendations.rating.StarPredictor.save",
    "name what was saved": "recommendations.store.artifacts._sync",
    "publish": "recommendations.store.file_lists.pack",
    "name what was published": "recommendations.store.file_lists._write_ids",
    "end the run": "recommendations.training.jobs.succeed",
    "flip": "recommendations.training.publish.flip",
}


def report() -> None:
    """Train, be killed at every moment, train again; write after each what the process ended by and what is live."""
    _say("train", _ended(_train))
    for moment, function in MOMENTS.items():
        _say(moment, _ended(lambda function=function: _train_until(function)))
    _say("train", _ended(_train))


def _train() -> None:
    call_command("train", verbosity=0)


def _train_until(function: str) -> None:
    with mock.patch(function, side_effect=lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)):
        _train()


def _ended(work: Callable[[], None]) -> int:
    """Do `work` in a child and return its exit code, or minus the signal that ended it."""
    connections.close_all()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _say(moment: str, ended: int) -> None:
    sys.stdout.write(f"said|{moment}|{ended}|{LiveRun.objects.get().run_id}\n")
