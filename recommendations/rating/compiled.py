"""Under the Gibbs sampler: how its loops become machine code. The one file that speaks to numba."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(function: Loop) -> Loop:
    """Compile `function` when it is first called, and keep the result beside its file for the next process.

    Where neither that folder nor the person's cache folder can be written, as in a read-only container, it is
    compiled anew in each process, which takes a few seconds.
    """
    try:
        return cast("Loop", njit(cache=True, fastmath=True)(function))
    except RuntimeError:
        return cast("Loop", njit(fastmath=True)(function))
