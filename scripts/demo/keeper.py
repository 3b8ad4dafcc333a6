"""Ends the processes of a demo. A process of its own, so that it does so even when the demo itself was killed.

The demo holds the other end of our standard input and never writes to it: it ends when the demo closes it, or is gone.
Every process of the demo, and all that they start, carry a mark in their environment.
"""

import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

MARK = "MARQUEE_DEMO"
# Seconds for the services; what is left then has half as long. Nothing is lost by the force that follows: training is
# a row with a lease, and Celery's own way to stop takes 6 s even when it has nothing to do.
PATIENCE = 3.0


def main() -> None:
    """Wait for the end of standard input, then end whatever carries the mark that is the only argument."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.read()
    end(sys.argv[1])


def end(mark: str, patience: float = PATIENCE) -> None:
    """End what carries `mark`: first the services, which end their own; then what they left; at last by force."""
    services = _services(marked(mark))
    _signal(services, signal.SIGTERM)
    _wait(lambda: not set(services) & set(marked(mark)), patience)
    _signal(marked(mark), signal.SIGTERM)
    _wait(lambda: not marked(mark), patience / 2)
    while left := marked(mark):
        _signal(left, signal.SIGKILL)
        time.sleep(0.05)


def marked(mark: str) -> list[psutil.Process]:
    """Return the living processes that carry `mark`."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                found.append(process)
    return found


def _services(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Keep those whose parent is none of `processes`."""
    own = {process.pid for process in processes}
    services = []
    for process in processes:
        with suppress(psutil.Error):
            if process.ppid() not in own:
                services.append(process)
    return services


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.Error):
            process.send_signal(number)


def _wait(is_over: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not is_over() and time.monotonic() < deadline:
        time.sleep(0.05)


if __name__ == "__main__":
    main()
