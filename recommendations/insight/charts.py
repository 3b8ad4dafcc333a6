"""Numbers in, SVG out: the charts of the pages about people. Knows neither Django nor where the numbers come from.

Sideways everything is a share of the width and upwards everything is pixels, so that a chart fits a phone and a
desk without its letters shrinking. Colours and letters come from classes (static/css/insight.css): our content
security policy allows no style within a page. Everything that is written is escaped here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

HEIGHT, TOP, FOOT = 168, 22, 24
ROW, ROW_BAR = 30, 16
# Few columns are not drawn wider than this many would be.
FEWEST = 6
_MIDDLE, _REACH = 54.0, 16.0


@dataclass(frozen=True, slots=True)
class Column:
    """One of a row of columns.

    Attributes:
        name: what stands below it; empty where there is no room for all.
        value: its height, in any unit that all share; not below 0.
        said: what stands above it, empty for most.
        mark: a second number to compare it with, drawn as a line across; None without.
        mark_said: what stands above that line.
    """

    name: str
    value: float
    said: str = ""
    mark: float | None = None
    mark_said: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One of a list of bars that go right above the middle and left below it."""

    name: str
    value: float
    said: str


def columns(drawn: Sequence[Column], *, label: str) -> str:
    """Return columns side by side, with their marks; `label` is what a screen reader says of the picture."""
    top = max((max(each.value, each.mark or 0) for each in drawn), default=0) or 1
    width = 100 / max(len(drawn), FEWEST)
    body = "".join(_column(each, place, width, top) for place, each in enumerate(drawn))
    floor = f'<line class="chart-floor" x1="0" x2="100%" y1="{HEIGHT - FOOT}" y2="{HEIGHT - FOOT}"/>'
    return _picture(body + floor, HEIGHT, label)


def deviations(drawn: Sequence[Deviation], *, label: str) -> str:
    """Return bars below each other around a middle: right of it what is above, left what is below."""
    reach = max((abs(each.value) for each in drawn), default=0) or 1
    height = ROW * max(len(drawn), 1)
    middle = f'<line class="chart-floor" x1="{_MIDDLE}%" x2="{_MIDDLE}%" y1="0" y2="{height}"/>'
    return _picture(middle + "".join(_bar(each, row, reach) for row, each in enumerate(drawn)), height, label)


def _column(column: Column, place: int, width: float, top: float) -> str:
    left, middle = place * width, (place + 0.5) * width
    room = HEIGHT - TOP - FOOT
    height = room * max(column.value, 0) / top
    height = max(height, 2) if column.value > 0 else 0
    upper = HEIGHT - FOOT - height
    parts = [_rect("chart-own", left + 0.1 * width, upper, 0.8 * width, height)]
    if column.said:
        parts.append(_text("chart-said", left, middle, width, upper - 6, column.said))
    if column.mark is not None:
        y = HEIGHT - FOOT - room * max(column.mark, 0) / top
        ends = f'x1="{_number(left)}%" x2="{_number(left + width)}%" y1="{_number(y)}" y2="{_number(y)}"'
        parts.append(f'<line class="chart-others" {ends}/>')
        if column.mark_said:
            parts.append(_text("chart-mark", left, middle, width, y - 6, column.mark_said))
    if column.name:
        parts.append(_text("chart-name", left, middle, width, HEIGHT - 6, column.name))
    return "".join(parts)


def _bar(bar: Deviation, row: int, reach: float) -> str:
    length = max(_REACH * abs(bar.value) / reach, 0.4)
    left = _MIDDLE if bar.value >= 0 else _MIDDLE - length
    base = row * ROW + ROW / 2 + 5
    kind = "chart-own" if bar.value >= 0 else "chart-below"
    return (
        f'<text class="chart-name" x="0" y="{base:g}">{escape(bar.name)}</text>'
        + _rect(kind, left, row * ROW + (ROW - ROW_BAR) / 2, length, ROW_BAR)
        + f'<text class="chart-said" x="100%" y="{base:g}" text-anchor="end">{escape(bar.said)}</text>'
    )


def _text(kind: str, left: float, middle: float, width: float, y: float, said: str) -> str:
    """Return words centred on a column; near an edge they begin or end with it, so that nothing is cut off."""
    x, anchor = middle, "middle"
    if len(said) > 3 and middle < 15:
        x, anchor = left, "start"
    elif len(said) > 3 and middle > 85:
        x, anchor = left + width, "end"
    return f'<text class="{kind}" x="{_number(x)}%" y="{_number(y)}" text-anchor="{anchor}">{escape(said)}</text>'


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    size = f'width="{_number(width)}%" height="{_number(height)}"'
    return f'<rect class="{kind}" x="{_number(x)}%" y="{_number(y)}" {size}/>'


def _picture(body: str, height: int, label: str) -> str:
    return f'<svg class="chart" width="100%" height="{height}" role="img" aria-label="{escape(label)}">{body}</svg>'


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
