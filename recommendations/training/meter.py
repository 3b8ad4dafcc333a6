"""How long a step of a run takes and how much memory the process holds in it at most."""

import threading
import time
from types import TracebackType
from typing import Self

import psutil

_INTERVAL = 0.02


class Meter:
    """A context that measures its block: `seconds`, and `peak_memory` in bytes, looked at every 20 ms."""

    seconds: float = 0
    peak_memory: int = 0

    def __enter__(self) -> Self:
        self._process = psutil.Process()
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
        self._look()
        self._ended.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._ended.wait(_INTERVAL):
            self._look()

    def _look(self) -> None:
        self.peak_memory = max(self.peak_memory, self._process.memory_info().rss)
