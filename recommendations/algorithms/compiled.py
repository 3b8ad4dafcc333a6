"""Under every loop that numpy is too slow for: how it becomes machine code. The one file that speaks to numba.

Loading numba takes half a second and 100 MB, so modules of loops are imported where something is fitted, never by
what only scores.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

# Sums in any order and no care for NaN, but a division is exact: what is equally alike must come out equal.
FREEDOMS = {"reassoc", "contract", "nnan", "ninf", "nsz"}

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(function: Loop) -> Loop:
    """Compile `function` when it is first called, and keep the result beside its file for the next process.

    It lets other Python threads run meanwhile, so that `threads.in_threads` can give each of them a part of the work.
    Where neither that folder nor the person's cache folder can be written, as in a read-only container, it is
    compiled anew in each process, which takes a few seconds.
    """
    try:
        return _translated(function, cache=True)
    except RuntimeError:
        return _translated(function, cache=False)


def _translated(function: Loop, *, cache: bool) -> Loop:
    # Python's way of dividing tests for zero, which keeps a loop from being done in steps of several numbers.
    return cast("Loop", njit(cache=cache, fastmath=FREEDOMS, nogil=True, error_model="numpy")(function))
