"""Speed as two SVGs, written as text: a pair of bars for each row, and the night path's steps at every scale."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Row = dict[str, Any]

WIDTH, LABEL, BAR, GAP, TOP = 760, 190, 14, 14, 52
OURS, THEIRS, INK, FAINT = "#0b6e4f", "#9aa5b1", "#1f2933", "#d9e2ec"
LINES = ("#0b6e4f", "#d1495b", "#3066be", "#edae49", "#7b2d8b", "#00798c", "#8d6a3f", "#1f2933", "#b5179e", "#6c9a2b")
PLOT_WIDTH, PLOT_HEIGHT, LEFT, NAMES = 270, 300, 60, 130


def bars(scale: str, rows: Sequence[Row]) -> str:
    """Return ours and the peer of each row, both as parts of the larger one."""
    parts = [_text(0, 14, f"Marquee and its peers at {scale} ratings (shorter is better)", bold=True)]
    for place, row in enumerate(rows):
        top = TOP + place * (2 * BAR + GAP)
        most = max(row["ours"], row["peer"]) or 1.0
        parts.append(_text(LABEL - 10, top + BAR + 4, row["name"], anchor="end", bold=True))
        for line, (who, value, color) in enumerate(
            (("ours", row["ours"], OURS), (row["peer_name"], row["peer"], THEIRS))
        ):
            y, width = top + line * BAR, (WIDTH - LABEL - 200) * value / most
            parts.append(f'<rect x="{LABEL}" y="{y}" width="{width:.1f}" height="{BAR - 1}" fill="{color}"/>')
            parts.append(_text(LABEL + width + 6, y + 11, f"{value:,.1f} {row['unit']}  {who}", size=11))
        parts.append(_text(WIDTH, top + BAR + 4, f"× {row['ratio']:.2f}", anchor="end", bold=True))
    return _picture(WIDTH, TOP + len(rows) * (2 * BAR + GAP), parts)


def growth(sizes: Mapping[str, Any], steps: Mapping[str, Sequence[Row]]) -> str:
    """Return the seconds and the memory of each step by the number of ratings, both axes logarithmic.

    `sizes` has the amounts of each scale, `steps` its steps: name, seconds and bytes. The dashed line grows like the
    ratings: what is steeper grows faster than they do.
    """
    ratings = {scale: size.ratings for scale, size in sizes.items()}
    seconds: dict[str, list[tuple[float, float]]] = {}
    memory: dict[str, list[tuple[float, float]]] = {}
    for scale, found in steps.items():
        for step in found:
            seconds.setdefault(step["name"], []).append((ratings[scale], step["seconds"]))
            memory.setdefault(step["name"], []).append((ratings[scale], step["memory"] / 1024**3))
    labels = {size.ratings: f"{name}\n{size.people:,} people\n{size.films:,} films" for name, size in sizes.items()}
    across = LEFT + PLOT_WIDTH + NAMES
    parts = [*_panel(0, "The night path: seconds", seconds, labels), *_panel(across, "memory, GB", memory, labels)]
    return _picture(2 * across, TOP + PLOT_HEIGHT + 60, parts)


def _panel(
    left: float, title: str, lines: Mapping[str, list[tuple[float, float]]], labels: Mapping[int, str]
) -> list[str]:
    """Return one plot with a line for each step and its name at the end."""
    values = [max(value, 1e-2) for points in lines.values() for _, value in points]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values) * 1.01))
    first, last = min(labels), max(labels)
    base = TOP + PLOT_HEIGHT

    def x(ratings: float) -> float:
        return left + LEFT + PLOT_WIDTH * math.log(ratings / first) / (math.log(last / first) or 1)

    def y(value: float) -> float:
        return base - PLOT_HEIGHT * math.log(max(value, low) / low) / math.log(high / low)

    parts = [_text(left, 14, title, bold=True)]
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        at = y(10**power)
        parts.append(f'<line x1="{left + LEFT}" x2="{x(last):.1f}" y1="{at:.1f}" y2="{at:.1f}" stroke="{FAINT}"/>')
        parts.append(_text(left + LEFT - 6, at + 4, f"{10**power:g}", anchor="end", size=10))
    for ratings, label in labels.items():
        for line, words in enumerate(label.split("\n")):
            parts.append(_text(x(ratings), base + 16 + 12 * line, words, anchor="middle", size=10 if not line else 8))
    reach = min(last / first, high / low)
    parts.append(
        f'<line x1="{x(first):.1f}" y1="{y(low):.1f}" x2="{x(first * reach):.1f}" y2="{y(low * reach):.1f}" '
        f'stroke="{THEIRS}" stroke-dasharray="5 4"/>'
    )
    label_y = 0.0
    for name, points in sorted(lines.items(), key=lambda item: -item[1][-1][1]):
        color = LINES[list(lines).index(name) % len(LINES)]
        path = " ".join(f"{x(ratings):.1f},{y(value):.1f}" for ratings, value in points)
        end = points[-1]
        label_y = max(y(end[1]) + 4, label_y + 13)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(r):.1f}" cy="{y(v):.1f}" r="2.5" fill="{color}"/>' for r, v in points]
        parts.append(_text(x(last) + 8, label_y, f"{name} {end[1]:,.1f}", size=11, color=color))
    return parts


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
