"""How many threads BLAS may use: one for small work, where threads cost more by waiting than they save by helping."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

SMALL_RATINGS = 2_000_000


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


@contextmanager
def one_thread(small: bool = True) -> Iterator[None]:
    """Keep BLAS to one thread inside the block, if the work is `small`."""
    with _controller().limit(limits=1 if small else None, user_api="blas"):
        yield
