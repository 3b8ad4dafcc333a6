"""Speed as two SVGs, written as text: a pair of bars for each row, and the night path's steps at every scale."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

Row = dict[str, Any]
Point = tuple[float, float]

WIDTH, LABEL, BAR, GAP, TOP = 900, 160, 14, 14, 52
OURS, THEIRS, INK, FAINT = "#0b6e4f", "#9aa5b1", "#1f2933", "#d9e2ec"
LINES = ("#0b6e4f", "#d1495b", "#3066be", "#edae49", "#7b2d8b", "#00798c", "#8d6a3f", "#1f2933", "#b5179e", "#6c9a2b")
PLOT_WIDTH, PLOT_HEIGHT, LEFT, NAMES = 270, 300, 60, 150
LEAST = 0.1  # seconds or GB: what is smaller is mostly the clock's and the interpreter's


def bars(scale: str, rows: Sequence[Row]) -> str:
    """Return ours and the peer of each row, both as parts of the larger one."""
    parts = [_text(0, 14, f"Marquee and its peers at {scale} ratings (shorter is better)", bold=True)]
    for place, row in enumerate(rows):
        top = TOP + place * (2 * BAR + GAP)
        most = max(row["ours"], row["peer"]) or 1.0
        parts.append(_text(LABEL - 10, top + BAR + 4, row["name"], anchor="end", bold=True))
        for line, (who, value, color) in enumerate(
            (("ours", row["ours"], OURS), (row["peer_name"].partition(",")[0], row["peer"], THEIRS))
        ):
            y, width = top + line * BAR, (WIDTH - LABEL - 370) * value / most
            parts.append(f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR - 1}" fill="{color}"/>')
            parts.append(_text(LABEL + width + 6, y + 11, f"{value:,.1f} {row['unit']}  {who}", size=11))
        parts.append(_text(WIDTH, top + BAR + 4, f"× {row['ratio']:.2f}", anchor="end", bold=True))
    return _picture(WIDTH, TOP + len(rows) * (2 * BAR + GAP), parts)


def growth(sizes: Mapping[str, Any], steps: Mapping[str, Sequence[Row]]) -> str:
    """Return the seconds and the memory of each step by the number of ratings, both axes logarithmic.

    `sizes` has the amounts of each scale, `steps` its steps: name, seconds, bytes, and the seconds of single fits. The
    dashed line grows like the ratings; the steps that grow faster are named below.
    """
    seconds: dict[str, list[Point]] = {}
    memory: dict[str, list[Point]] = {}
    for scale, found in steps.items():
        ratings = sizes[scale].ratings
        for step in found:
            parts = {f"fit {name}": took for name, took in step["fits"].items()} or {step["name"]: step["seconds"]}
            for name, took in parts.items():
                seconds.setdefault(name, []).append((ratings, took))
            memory.setdefault(step["name"], []).append((ratings, step["memory"] / 1024**3))
    labels = {size.ratings: f"{name}\n{size.people:,} ×\n{size.films:,} films" for name, size in sizes.items()}
    across = LEFT + PLOT_WIDTH + NAMES
    base = TOP + PLOT_HEIGHT + 64
    drawn = [*_panel(0, "The night path: seconds", seconds, labels), *_panel(across, "memory, GB", memory, labels)]
    for left, lines in ((0, seconds), (across, memory)):
        drawn.append(_text(left, base, f"grows faster than the ratings: {_faster(lines)}", size=10))
    return _picture(2 * across, base + 10, drawn)


def _faster(lines: Mapping[str, list[Point]]) -> str:
    """Return the names of the lines that rise by more than a tenth more than the ratings, from a tenth of one on."""
    found = []
    for name, points in lines.items():
        (few, small), (many, large) = points[0], points[-1]
        if large / max(small, LEAST) > (many / few) ** 1.1:
            found.append(name)
    return ", ".join(found) or "nothing"


@dataclass(frozen=True)
class _Plot:
    """Where numbers of ratings, from `first` to `last`, and values, from `low` to `high`, are in a panel."""

    left: float
    first: float
    last: float
    low: float
    high: float

    def x(self, ratings: float) -> float:
        return self.left + LEFT + PLOT_WIDTH * math.log(ratings / self.first) / (math.log(self.last / self.first) or 1)

    def y(self, value: float) -> float:
        part = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return TOP + PLOT_HEIGHT * (1 - part)


def _panel(left: float, title: str, lines: Mapping[str, list[Point]], labels: Mapping[int, str]) -> list[str]:
    """Return one plot with a line for each step and its name at the end."""
    values = [max(value, LEAST) for points in lines.values() for _, value in points]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values) * 1.01))
    plot = _Plot(left, min(labels), max(labels), low, high)
    return [_text(left, 14, title, bold=True), *_axes(plot, labels), *_lines(plot, lines)]


def _axes(plot: _Plot, labels: Mapping[int, str]) -> Iterator[str]:
    for power in range(round(math.log10(plot.low)), round(math.log10(plot.high)) + 1):
        at = plot.y(10**power)
        yield _line((plot.x(plot.first), at), (plot.x(plot.last), at), FAINT)
        yield _text(plot.x(plot.first) - 6, at + 4, f"{10**power:g}", anchor="end", size=10)
    for ratings, label in labels.items():
        for place, words in enumerate(label.split("\n")):
            below = plot.y(plot.low) + 16 + 12 * place
            yield _text(plot.x(ratings), below, words, anchor="middle", size=8 if place else 10)
    reach = min(plot.last / plot.first, plot.high / plot.low)
    end = plot.x(plot.first * reach), plot.y(plot.low * reach)
    yield _line((plot.x(plot.first), plot.y(plot.low)), end, THEIRS, dashed=True)


def _lines(plot: _Plot, lines: Mapping[str, list[Point]]) -> Iterator[str]:
    below = 0.0
    for name, points in sorted(lines.items(), key=lambda item: -item[1][-1][1]):
        color = LINES[list(lines).index(name) % len(LINES)]
        places = [(plot.x(ratings), plot.y(value)) for ratings, value in points]
        below = max(places[-1][1] + 4, below + 13)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{color}"/>' for x, y in places)
        yield _text(plot.x(plot.last) + 8, below, f"{name} {points[-1][1]:,.1f}", size=11, color=color)


def _line(start: Point, end: Point, color: str, *, dashed: bool = False) -> str:
    ends = f'x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}"'
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<line {ends} stroke="{color}"{dashes}/>'


def _picture(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 {width + 20:.0f} {height + 20:.0f}" '
        f'font-family="system-ui, sans-serif" font-size="12">'
        f'<rect x="-10" y="-10" width="{width + 20:.0f}" height="{height + 20:.0f}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>\n"
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False, size: int = 12, color: str = INK
) -> str:
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{color}"'
    return f"<text {place}{weight}>{escape(text)}</text>"
