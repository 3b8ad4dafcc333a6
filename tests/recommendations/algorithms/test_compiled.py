"""A loop is compiled wherever it runs, kept or not."""

import numpy as np
import pytest

from recommendations.algorithms import compiled as module


def total(values: np.ndarray) -> float:
    amount = 0.0
    for value in values:
        amount += value
    return amount


def test_where_nothing_can_be_written_a_loop_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    real = module.njit

    def without_a_folder(*, cache: bool = False, **options: bool):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return real(**options)

    monkeypatch.setattr(module, "njit", without_a_folder)
    assert module.compiled(total)(np.array([1.0, 2.5])) == 3.5
