"""Who works on a run, and until when: rows with leases. Celery only wakes what stands in these rows."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import psutil
from celery import current_app
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from kombu.exceptions import OperationalError

from recommendations.models import MAX_ATTEMPTS, TrainingRun

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
TASK = "recommendations.tasks.run_training"
# A run that nobody has taken up after this long is woken again: the message may have been lost.
WAKE_AGAIN_AFTER = timedelta(minutes=2)


class CannotStart(Exception):
    """The run cannot be worked on now; the message says why."""


class LeaseLost(Exception):
    """Somebody else has taken the run up in the meantime; whatever was made of it must not be published."""


@dataclass(frozen=True)
class Lease:
    """The right to work on a run. A later holder has a higher number."""

    run: int
    number: int


def request_run(*, requested_by: "User | None", at: datetime) -> TrainingRun:
    """Return the run that waits already, or a new one, and wake a worker once the row is there."""
    run = TrainingRun.objects.filter(status=TrainingRun.Status.QUEUED).first()
    if run is None:
        run = TrainingRun.objects.create(requested_by=requested_by, requested_at=at)
    transaction.on_commit(lambda: wake(run.pk))
    return run


def wake(run: int) -> None:
    """Tell a worker about a run. Without a broker the row stays, and beat tells again later."""
    try:
        current_app.send_task(TASK, args=[run], retry=False)
    except (OperationalError, OSError):
        logger.exception("No worker could be told of a run")


def claim(run: int, *, at: datetime, seconds: int) -> Lease:
    """Take a waiting run up for `seconds`, in the name of this process.

    Raises CannotStart when it does not wait or another one goes on.
    """
    with transaction.atomic():
        release_expired(at=at)
        try:
            with transaction.atomic():
                claimed = TrainingRun.objects.filter(pk=run, status=TrainingRun.Status.QUEUED).update(
                    status=TrainingRun.Status.RUNNING,
                    started_at=at,
                    attempts=F("attempts") + 1,
                    lease_number=F("lease_number") + 1,
                    lease_expires_at=at + timedelta(seconds=seconds),
                    lease_holder=f"{socket.gethostname()}:{os.getpid()}",
                    error="",
                )
        except IntegrityError:
            going = TrainingRun.objects.get(status=TrainingRun.Status.RUNNING)
            raise CannotStart(f"Run {going.pk} is still going on; run {run} starts when it has ended.") from None
    if not claimed:
        raise CannotStart(f"Run {run} is not waiting to be started.")
    return Lease(run, TrainingRun.objects.values_list("lease_number", flat=True).get(pk=run))


def renew(lease: Lease, *, at: datetime, seconds: int) -> None:
    """Keep a lease for `seconds` from now. Raises LeaseLost."""
    if not _held(lease).update(lease_expires_at=at + timedelta(seconds=seconds)):
        raise LeaseLost(f"Run {lease.run} has been taken up by another trainer.")


def fail(lease: Lease, *, error: str, at: datetime) -> None:
    """End a run that did not work, with a sentence that says why."""
    _held(lease).update(status=TrainingRun.Status.FAILED, error=error, finished_at=at, lease_expires_at=None)


def succeed(lease: Lease, *, at: datetime) -> None:
    """End a run that worked. Raises LeaseLost."""
    if not _held(lease).update(status=TrainingRun.Status.SUCCEEDED, finished_at=at, lease_expires_at=None):
        raise LeaseLost(f"Run {lease.run} has been taken up by another trainer.")


def release_expired(*, at: datetime) -> None:
    """Let runs whose trainer is gone wait again, or end them after MAX_ATTEMPTS."""
    gone = [run.pk for run in TrainingRun.objects.filter(status=TrainingRun.Status.RUNNING) if _is_gone(run, at)]
    expired = TrainingRun.objects.filter(pk__in=gone, status=TrainingRun.Status.RUNNING)
    lost = f"The trainer was lost {MAX_ATTEMPTS} times in a row; see the worker's log."
    expired.filter(attempts__gte=MAX_ATTEMPTS).update(
        status=TrainingRun.Status.FAILED, error=lost, finished_at=at, lease_expires_at=None
    )
    expired.update(status=TrainingRun.Status.QUEUED, requested_at=at - WAKE_AGAIN_AFTER, lease_expires_at=None)


def wake_waiting(*, at: datetime) -> list[int]:
    """Wake every run that has waited too long, its trainer lost or its message; return their numbers."""
    release_expired(at=at)
    waiting = TrainingRun.objects.filter(
        status=TrainingRun.Status.QUEUED, requested_at__lte=at - WAKE_AGAIN_AFTER
    ).values_list("pk", flat=True)
    for run in waiting:
        wake(run)
    return list(waiting)


@contextmanager
def heartbeat(lease: Lease, *, clock: Clock, seconds: int) -> Iterator[None]:
    """Renew a lease from a thread for as long as the block goes on."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(lease, clock, seconds, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def reconnect() -> None:
    """Let go of a connection to the database that broke or grew old during long work: the next query opens another."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def _beat(lease: Lease, clock: Clock, seconds: int, ended: threading.Event) -> None:
    try:
        while not ended.wait(seconds / 3):
            try:
                renew(lease, at=clock(), seconds=seconds)
            except LeaseLost:
                return
            except DatabaseError:
                logger.exception("A lease could not be renewed")
                connection.close()
    finally:
        connection.close()


def _is_gone(run: TrainingRun, at: datetime) -> bool:
    """Whether nobody works on a row any more: its lease has run out, or its process on this machine is gone."""
    if run.lease_expires_at is None or run.lease_expires_at < at:
        return True
    machine, _, process = run.lease_holder.rpartition(":")
    return machine == socket.gethostname() and process.isdigit() and not psutil.pid_exists(int(process))


def _held(lease: Lease) -> QuerySet[TrainingRun]:
    return TrainingRun.objects.filter(pk=lease.run, lease_number=lease.number, status=TrainingRun.Status.RUNNING)
