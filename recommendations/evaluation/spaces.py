"""Where `tune` looks: the search space of any recommender, from what its configuration says about itself.

A field of a configuration may declare its own: `field(default=…, metadata={"search": (low, high)})` for a range,
`{"search": [a, b, c]}` for choices, `{"search": None}` for "leave it alone". Without a word, numbers are searched
around their default, switches both ways, and everything else is left alone.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from recommendations.rating import PartsConfig, StarPredictorConfig

# Settings that are no quality of a model: where randomness starts, what it may cost, what it is measured on.
_LEFT_ALONE = frozenset({
    "seed", "random_state", "memory", "held_out_share", "most_held_out", "samples", "most_people_ratings",
    "most_ratings", "films", "dense_films", "kept_share",
})  # fmt: skip
_TIMES = 8.0
# Counts, such as factors, also say what a model costs: they are searched less far.
_TIMES_WHOLE = 4
_STEP = 0.25


class UnknownSetting(ValueError):
    """A setting that a recommender does not have, or a value of the wrong kind; the message says which."""


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`; where both are above zero, equal ratios are equally likely."""

    low: float
    high: float
    whole: bool

    def draw(self, generator: np.random.Generator) -> float:
        """Return any of them."""
        return self._from_unit(float(generator.random()))

    def near(self, value: float, generator: np.random.Generator) -> float:
        """Return one that is not far from `value`."""
        place = self._to_unit(min(max(value, self.low), self.high)) + float(generator.normal(0, _STEP / 2))
        return self._from_unit(min(max(place, 0.0), 1.0))

    def _from_unit(self, place: float) -> float:
        value = self.low + place * (self.high - self.low)
        if self.low > 0:
            value = self.low * (self.high / self.low) ** place
        return round(value) if self.whole else float(f"{value:.3g}")

    def _to_unit(self, value: float) -> float:
        if self.high == self.low:
            return 0.0
        if self.low > 0:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Choice:
    """A few values."""

    values: tuple[Any, ...]

    def draw(self, generator: np.random.Generator) -> Any:
        """Return any of them."""
        return self.values[int(generator.integers(len(self.values)))]

    def near(self, value: Any, generator: np.random.Generator) -> Any:
        """Return mostly `value` itself."""
        return value if generator.random() > _STEP else self.draw(generator)


Space = Mapping[str, Range | Choice]


def space(configuration: type[Any]) -> Space:
    """Return where to look for each setting of a configuration (a dataclass) that is worth searching."""
    found = {each.name: _of_field(each, _kind(configuration, each)) for each in dataclasses.fields(configuration)}
    return {name: values for name, values in found.items() if values is not None}


def checked(configuration: type[Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings from a file as the configuration takes them (lists as tuples). Raises UnknownSetting."""
    fields = {each.name: each for each in dataclasses.fields(configuration)}
    for name, value in settings.items():
        if name not in fields:
            raise UnknownSetting(f"there is no setting {name!r}")
        if not _fits(value, _kind(configuration, fields[name])):
            raise UnknownSetting(f"{name} cannot be {value!r}")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


def star_config(settings: Mapping[str, Any]) -> StarPredictorConfig:
    """Return the configuration of predicted stars from settings of its own and, under "parts", of its parts.

    Raises UnknownSetting.
    """
    parts = settings.get("parts", {})
    if not isinstance(parts, Mapping):
        raise UnknownSetting(f"parts cannot be {parts!r}")
    own = checked(StarPredictorConfig, {name: value for name, value in settings.items() if name != "parts"})
    return StarPredictorConfig(**own, parts=PartsConfig(**checked(PartsConfig, parts)))


def _of_field(each: Any, kind: Any) -> Range | Choice | None:
    if "search" in each.metadata:
        return _declared(each.metadata["search"], kind)
    default = each.default
    if each.name in _LEFT_ALONE or default is dataclasses.MISSING:
        return None
    if default is None:
        return _of_kind(kind)
    if isinstance(default, bool):
        return Choice((False, True))
    if isinstance(default, int | float):
        return _around(default)
    if isinstance(default, tuple) and len(default) > 1 and all(isinstance(part, str) for part in default):
        return _without_some(default)
    return None


def _of_kind(kind: Any) -> Range | None:
    """Return where to look for a number whose default depends on the data."""
    kinds = _alternatives(kind)
    if float in kinds:
        return Range(0.1, 5_000.0, whole=False)
    return Range(1, 500, whole=True) if int in kinds else None


def _declared(search: Any, kind: Any) -> Range | Choice | None:
    if isinstance(search, tuple) and len(search) == 2:
        return Range(*search, whole=float not in _alternatives(kind) and all(isinstance(end, int) for end in search))
    return None if search is None else Choice(tuple(search))


def _around(default: float) -> Range:
    """Return the range of a number around its default; what is at most 1 stays so, it may be a share."""
    if isinstance(default, int):
        return Range(max(1, default // _TIMES_WHOLE), max(4, default * _TIMES_WHOLE), whole=True)
    if default == 0:
        return Range(0.0, 1.0, whole=False)
    most = 1.0 if 0 < default <= 1 else default * _TIMES
    return Range(default / _TIMES, most, whole=False)


def _without_some(parts: tuple[str, ...]) -> Choice:
    """Return all of some parts, and all but any one or two of them."""
    sizes = range(len(parts), max(0, len(parts) - 3), -1)
    return Choice(tuple(chosen for size in sizes for chosen in combinations(parts, size)))


def _kind(configuration: type[Any], each: Any) -> Any:
    try:
        return typing.get_type_hints(configuration).get(each.name, Any)
    except NameError:
        return Any


def _alternatives(kind: Any) -> tuple[Any, ...]:
    """Return the types of `int | None` one by one."""
    is_union = isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union
    return typing.get_args(kind) if is_union else (kind,)


def _fits(value: Any, kind: Any) -> bool:
    """Return whether a value read from JSON is of that type; numbers have to be finite and not negative."""
    for each in _alternatives(kind):
        plain = typing.get_origin(each) or each
        if plain is Any or (value is None and plain is type(None)):
            return True
        if plain is float and isinstance(value, int | float) and not isinstance(value, bool):
            return math.isfinite(value) and value >= 0
        if plain is int and isinstance(value, int) and not isinstance(value, bool):
            return value >= 0
        if plain is tuple and isinstance(value, list | tuple):
            return all(isinstance(part, str) for part in value)
        if plain is Mapping and isinstance(value, dict):
            return True
        if plain in {bool, str} and isinstance(value, plain):
            return True
        if plain is typing.Literal and value in typing.get_args(each):
            return True
    return False
