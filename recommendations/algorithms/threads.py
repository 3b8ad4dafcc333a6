"""How many threads work: BLAS has one for small work, where waiting costs more than help saves; loops have all."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

SMALL_RATINGS = 2_000_000
MOST_THREADS = 8

Job = TypeVar("Job")
Result = TypeVar("Result")


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_thread(small: bool = True) -> Iterator[None]:
    """Keep BLAS to one thread inside the block, if the work is `small`."""
    with _controller().limit(limits=1 if small else None, user_api="blas"):
        yield


def thread_count() -> int:
    """Return how many processors this process may use, at most MOST_THREADS: each thread has memory of its own."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_THREADS, allowed)


def in_threads(work: Callable[[Job], Result], jobs: Iterable[Job]) -> list[Result]:
    """Return what `work` makes of each job, in order, several at a time.

    It should spend its time where Python's lock is free: in compiled loops, numpy and scipy.
    """
    with ThreadPoolExecutor(thread_count()) as pool:
        return list(pool.map(work, jobs))
