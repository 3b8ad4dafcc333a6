"""The processes of a demo: started with one environment, watched together, ended together."""

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from scripts.demo import keeper

LOUD = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|^Traceback|^\w+(Error|Exception)\b")
PARENT = os.getppid()
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Service:
    """One that goes on until it is ended; what it says goes to a file."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self.process = process
        self._new_lines = log.open(errors="replace")

    def loud_lines(self) -> Iterator[str]:
        """Yield the warnings and errors that it has said since the last call."""
        return (line.rstrip() for line in self._new_lines if LOUD.search(line))


class Processes:
    """A context in which processes run. At its end, or when this process is gone, none of them is left.

    Each is in a session of its own: a Ctrl-C in the terminal reaches us alone, and we end the others in order.
    """

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self.mark = secrets.token_hex(8)
        self._environment = {**environment, keeper.MARK: self.mark}
        self._logs = logs
        self.services: list[Service] = []

    def __enter__(self) -> Self:
        """Start the keeper before anything that it has to end."""
        self._logs.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, keeper.__file__, self.mark]
        self._keeper = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """End everything; `communicate` closes what the keeper reads."""
        if self.services:
            with suppress(OSError):  # the terminal may be gone
                print("Stopping …", flush=True)
        with _undisturbed():
            self._keeper.communicate()
            keeper.end(self.mark)  # finds nothing, unless somebody has killed the keeper

    def run(self, command: Sequence[str]) -> int:
        """Run `command` to its end with our terminal; return its exit status."""
        return self._popen(command).wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a service. Its log of the last time is kept beside the new one."""
        log = self._logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        with log.open("wb") as output:
            process = self._popen(command, stdout=output, stderr=subprocess.STDOUT)
        self.services.append(Service(name, process, log))

    def _popen(self, command: Sequence[str], **output: Any) -> subprocess.Popen[bytes]:
        environment = self._environment
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, **output)

    def ended(self) -> Service | None:
        """Return a service that has ended by itself, if there is one."""
        return next((service for service in self.services if service.process.poll() is not None), None)


@contextmanager
def leaving_when_asked() -> Iterator[None]:
    """Raise SystemExit on Ctrl-C, SIGTERM, a closed terminal, and when the make that started us is told to stop."""
    for number in STOPPING:
        signal.signal(number, _leave)
    if "MAKELEVEL" in os.environ:
        signal.signal(signal.SIGALRM, _leave_with_make)
        signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore what asks us to stop while we do."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (*STOPPING, signal.SIGALRM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _leave_with_make(number: int, frame: FrameType | None) -> None:
    """Leave when make is gone, or waits for us because it has got a SIGINT, which it keeps blocked meanwhile.

    It passes a SIGTERM on, but takes it for granted that a SIGINT was typed in a terminal and has reached us as well.
    """
    if os.getppid() != PARENT or _blocks(PARENT, signal.SIGINT):
        raise SystemExit(0)


def _blocks(pid: int, number: signal.Signals) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    blocked = re.search(r"^SigBlk:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return blocked is not None and bool(int(blocked[1], 16) >> (number - 1) & 1)
