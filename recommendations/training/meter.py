"""How long a step of a run takes and how much memory it holds at most, with every process that it starts."""

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil

_INTERVAL = 0.02
# Looking for children reads every process of the machine, so it is done more seldom.
_LOOKS_BETWEEN_CHILDREN = 25


def memory_held() -> int:
    """Return the bytes that this process and those that it started hold now; what they share counts for each."""
    own = psutil.Process()
    return sum(_held(process) for process in [own, *own.children(recursive=True)])


class Meter:
    """A context that measures its block: `seconds`, and `peak_memory` in bytes, looked at every 20 ms."""

    seconds: float = 0
    peak_memory: int = 0

    def __enter__(self) -> Self:
        self._family = [psutil.Process()]
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._started = time.perf_counter()
        self._look()
        self._watcher.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.seconds = time.perf_counter() - self._started
        self._ended.set()
        self._watcher.join()
        self._look()

    def _watch(self) -> None:
        looks = 0
        while not self._ended.wait(_INTERVAL):
            looks += 1
            if looks % _LOOKS_BETWEEN_CHILDREN == 0:
                self._family[1:] = self._family[0].children(recursive=True)
            self._look()

    def _look(self) -> None:
        self.peak_memory = max(self.peak_memory, sum(_held(process) for process in self._family))


def _held(process: psutil.Process) -> int:
    """Return the bytes that a process holds in memory; none once it has ended."""
    with suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0
