"""Who may work on a run, and until when."""

import socket
import subprocess
import threading
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError

from recommendations.models import MAX_ATTEMPTS, TrainingRun
from recommendations.training import jobs
from tests.recommendations.conftest import NOW, Clock

Status = TrainingRun.Status
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that a worker was told of."""
    told: list[int] = []
    monkeypatch.setattr(jobs, "wake", told.append)
    return told


@pytest.fixture
def run() -> TrainingRun:
    return TrainingRun.objects.create(requested_at=NOW)


def test_a_worker_is_told_only_when_the_row_is_there(woken: list[int], django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        run = jobs.request_run(requested_by=None, at=NOW)
    assert woken == []
    callbacks[0]()
    assert woken == [run.pk]


def test_asking_twice_asks_for_one_run(woken: list[int]) -> None:
    assert jobs.request_run(requested_by=None, at=NOW) == jobs.request_run(requested_by=None, at=NOW)


def test_a_waiting_run_is_claimed_once(run: TrainingRun) -> None:
    assert jobs.claim(run.pk, at=NOW, seconds=60) == jobs.Lease(run.pk, 1)
    with pytest.raises(jobs.CannotStart):
        jobs.claim(run.pk, at=NOW, seconds=60)


def test_two_runs_never_go_on_at_once(run: TrainingRun) -> None:
    jobs.claim(run.pk, at=NOW, seconds=60)
    second = TrainingRun.objects.create()
    with pytest.raises(jobs.CannotStart, match=f"Run {run.pk} is still going on"):
        jobs.claim(second.pk, at=NOW, seconds=60)
    second.refresh_from_db()
    assert second.status == Status.QUEUED


def test_the_database_itself_refuses_two_running_rows(run: TrainingRun) -> None:
    TrainingRun.objects.create(status=Status.RUNNING)
    with pytest.raises(IntegrityError):
        TrainingRun.objects.create(status=Status.RUNNING)


def test_a_lease_that_ran_out_is_taken_up_by_the_next(run: TrainingRun, woken: list[int], clock: Clock) -> None:
    jobs.claim(run.pk, at=clock(), seconds=60)
    clock.wait(61)
    assert jobs.wake_waiting(at=clock()) == [run.pk]
    assert jobs.claim(run.pk, at=clock(), seconds=60).number == 2


def test_a_trainer_on_this_machine_that_is_gone_is_not_waited_for(run: TrainingRun, clock: Clock) -> None:
    jobs.claim(run.pk, at=clock(), seconds=60)
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    TrainingRun.objects.update(lease_holder=f"{socket.gethostname()}:{gone.pid}")
    assert jobs.claim(TrainingRun.objects.create().pk, at=clock(), seconds=60)


def test_a_trainer_on_another_machine_is_waited_for(run: TrainingRun, clock: Clock) -> None:
    jobs.claim(run.pk, at=clock(), seconds=60)
    TrainingRun.objects.update(lease_holder="elsewhere:1")
    with pytest.raises(jobs.CannotStart):
        jobs.claim(TrainingRun.objects.create().pk, at=clock(), seconds=60)


def test_a_lease_that_is_renewed_is_kept(run: TrainingRun, woken: list[int], clock: Clock) -> None:
    lease = jobs.claim(run.pk, at=clock(), seconds=60)
    clock.wait(50)
    jobs.renew(lease, at=clock(), seconds=60)
    clock.wait(50)
    assert jobs.wake_waiting(at=clock()) == []


def test_one_who_slept_through_its_lease_can_no_longer_finish(run: TrainingRun, clock: Clock) -> None:
    sleeper = jobs.claim(run.pk, at=clock(), seconds=60)
    clock.wait(61)
    jobs.release_expired(at=clock())
    jobs.claim(run.pk, at=clock(), seconds=60)
    with pytest.raises(jobs.LeaseLost):
        jobs.succeed(sleeper, at=clock())
    with pytest.raises(jobs.LeaseLost):
        jobs.renew(sleeper, at=clock(), seconds=60)
    run.refresh_from_db()
    assert run.status == Status.RUNNING


def test_a_run_that_loses_every_trainer_stops_and_says_so(run: TrainingRun, woken: list[int], clock: Clock) -> None:
    for _ in range(MAX_ATTEMPTS):
        jobs.claim(run.pk, at=clock(), seconds=60)
        clock.wait(61)
        jobs.release_expired(at=clock())
    run.refresh_from_db()
    assert run.status == Status.FAILED
    assert "lost" in run.error


def test_a_run_whose_message_was_lost_is_woken_again(run: TrainingRun, woken: list[int], clock: Clock) -> None:
    assert jobs.wake_waiting(at=clock()) == []
    clock.wait(jobs.WAKE_AGAIN_AFTER.total_seconds())
    jobs.wake_waiting(at=clock())
    assert woken == [run.pk]


def test_without_a_broker_the_row_stays(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError("no broker")

    monkeypatch.setattr(jobs.current_app, "send_task", refuse)
    run = TrainingRun.objects.create()
    jobs.wake(run.pk)
    assert TrainingRun.objects.get().status == Status.QUEUED


def test_a_heartbeat_whose_connection_broke_opens_another_one(run: TrainingRun) -> None:
    lease = jobs.claim(run.pk, at=NOW, seconds=60)
    ended = threading.Event()
    seen: list[int] = []

    def renew(*_: object, **__: object) -> None:
        seen.append(connection.close.call_count)
        if len(seen) == 1:
            raise DatabaseError
        ended.set()

    with patch.object(jobs, "connection") as connection, patch.object(jobs, "renew", renew):
        jobs._beat(lease, Clock(), 0, ended)
    assert seen == [0, 1]
