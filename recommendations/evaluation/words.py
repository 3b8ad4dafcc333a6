"""Beside the report: what its figures say, for somebody who has never heard of them."""

import re
from dataclasses import dataclass
from typing import Literal

Unit = Literal["share", "change", "number", "stars"]


@dataclass(frozen=True)
class Figure:
    """A figure in words.

    Attributes:
        name: what the field calls it.
        says: what it says; `{k}` stands for the length of the lists.
        unit: how it is written.
    """

    name: str
    says: str
    unit: Unit = "number"


_PERCENT = "\N{NO-BREAK SPACE}%"
_SIGNS: dict[Unit, str] = {"share": _PERCENT, "change": _PERCENT, "number": "", "stars": "\N{NO-BREAK SPACE}★"}
_FIGURES = {
    "ndcg": Figure("NDCG", "how high loved films stand among the first {k}; 1 is a perfect list"),
    "recall": Figure("recall", "of the films somebody loved, so many are among the first {k}", "share"),
    "precision": Figure("precision", "of the first {k} films, so many were loved", "share"),
    "map": Figure("MAP", "precision at each loved film among the first {k}, on average"),
    "mrr": Figure("MRR", "1 / the place of the first loved film, on average"),
    "hit_rate": Figure("hit rate", "so many people find a film they loved among the first {k}", "share"),
    "coverage": Figure("coverage", "so many of all films are on somebody's list", "share"),
    "gini": Figure("Gini", "how unequally often films are listed; 0 is equally, 1 always the same few"),
    "novelty": Figure("novelty", "how little known the listed films are, in bits; one more is half as known"),
    "popularity_lift": Figure("popularity lift", "listed films are so much better known than those rated", "change"),
    "diversity": Figure("diversity", "how unlike the genres on one list are; 0 is all the same"),
    "miscalibration": Figure("miscalibration", "how far a list's genres are from the person's; 0 is the same mix"),
    "rmse": Figure("RMSE", "how far predicted stars are off, large errors weighing more", "stars"),
    "mae": Figure("MAE", "how far predicted stars are off, on average", "stars"),
}


def figure(name: str) -> Figure:
    """Return what a figure of a report, such as "ndcg_at_10", says; one that is not known has only its name."""
    base, at, k = name.partition("_at_")
    if base not in _FIGURES or (at and not re.fullmatch(r"\d+", k)):
        return Figure(name.replace("_", " "), "")
    known = _FIGURES[base]
    return Figure(f"{known.name}@{k}" if at else known.name, known.says.format(k=k), known.unit)


def written(value: float, unit: Unit) -> str:
    """Return a value as people write it: 27.5 %, +310 %, 0.275, 0.790 ★. Its spaces do not break."""
    return _number(value, unit) + _SIGNS[unit]


def interval(low: float, high: float, unit: Unit) -> str:
    """Return both ends as people write them: 14.1–26.3 %, -20 to +310 %."""
    between = "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}" if unit == "change" else "–"
    return _number(low, unit) + between + written(high, unit)


def _number(value: float, unit: Unit) -> str:
    if unit == "change":
        return f"{100 * value:+.0f}"
    return f"{100 * value:.1f}" if unit == "share" else f"{value:.3f}"
