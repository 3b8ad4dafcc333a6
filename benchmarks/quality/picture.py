"""The rows of a run as one SVG, written as text: bars for stars and lists, curves for fold-in."""

import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

Row = dict[str, Any]

WIDTH, PANEL, GAP, LABEL = 1080, 340, 20, 130
BAR, BAR_GAP, TOP = 16, 6, 54
PLOT = 210
OURS, THEIRS, INK, FAINT = "#0b6e4f", "#9aa5b1", "#1f2933", "#d9e2ec"
CURVES = ("#0b6e4f", "#d1495b", "#3066be", "#edae49", "#7b2d8b", "#00798c", "#8d6a3f", "#1f2933", "#b5179e", "#6c9a2b")
BARS = (
    ("ml-latest-small, random 5-fold", "MAE", "stars on ml-latest-small, MAE (less is better)"),
    ("ml-100k, u1 to u5", "RMSE", "stars on ml-100k u1–u5, RMSE (less is better)"),
    ("ml-100k, random 5-fold, all ratings positive", "Recall@10", "lists on ml-100k, Recall@10 (more is better)"),
)
FOLDED_IN = re.compile(r"(.+), people never fitted, (\w+) ratings folded in")


def picture(rows: Sequence[Row]) -> str:
    """Return the SVG of everything in `rows` that can be drawn."""
    bars = [_bars(rows, *panel, left=place * (PANEL + GAP)) for place, panel in enumerate(BARS)]
    below = max((height for _, height in bars), default=0) + GAP
    curves = [
        _curves(rows, name, left=place * (WIDTH + GAP) / 2, top=below)
        for place, name in enumerate(("ml-latest-small", "ml-100k"))
    ]
    height = below + max((height for _, height in curves), default=0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -10 {WIDTH + 20} {height + 20:.0f}" '
        f'font-family="system-ui, sans-serif" font-size="12" fill="{INK}">'
        f'<rect x="-10" y="-10" width="{WIDTH + 20}" height="{height + 20:.0f}" fill="#ffffff"/>'
        f"{''.join(part for part, _ in bars + curves)}</svg>\n"
    )


def _bars(rows: Sequence[Row], about: str, metric: str, title: str, *, left: float) -> tuple[str, float]:
    """Return bars from the best to the worst, those of stars above a floor that makes differences visible."""
    found = [row for row in rows if row["protocol"] == about and row["metric"] == metric]
    if not found:
        return "", 0
    less_is_better = metric in {"MAE", "RMSE"}
    found.sort(key=lambda row: row["value"] if less_is_better else -row["value"])
    values = [row["value"] for row in found]
    floor = min(values) * 0.85 if less_is_better else 0.0
    note = f", bars from {floor:.2f}" if floor else ""
    parts = [_text(left, 14, title, bold=True), _text(left, 32, f"{about}{note}", size=10)]
    for place, row in enumerate(found):
        top = TOP + place * (BAR + BAR_GAP)
        width = (PANEL - LABEL - 50) * (row["value"] - floor) / max(max(values) - floor, 1e-9)
        parts += [
            _text(left + LABEL - 8, top + 12, row["model"], anchor="end", bold=row["ours"]),
            _bar(left + LABEL, top, width, OURS if row["ours"] else THEIRS),
            _text(left + LABEL + width + 5, top + 12, f"{row['value']:.3f}", bold=row["ours"]),
        ]
    return "".join(parts), TOP + len(found) * (BAR + BAR_GAP)


def _curves(rows: Sequence[Row], release: str, *, left: float, top: float) -> tuple[str, float]:
    """Return NDCG by how many ratings were folded in, a line for each model and its name at the end."""
    points: dict[str, dict[str, float]] = {}
    for row in rows:
        match = FOLDED_IN.fullmatch(row["protocol"])
        if match and match[1] == release:
            points.setdefault(row["model"], {})[match[2]] = row["value"]
    if not points:
        return "", 0
    sizes = list(dict.fromkeys(size for each in points.values() for size in each))
    most = max(value for each in points.values() for value in each.values()) or 1.0
    width, base = WIDTH / 2 - 150, top + 44 + PLOT
    across = {size: left + 30 + place * (width - 30) / max(len(sizes) - 1, 1) for place, size in enumerate(sizes)}
    parts = [
        _text(left, top + 14, f"people never fitted, {release}: NDCG@10", bold=True),
        _text(left, top + 30, "by how many of their ratings are folded in (4 stars and more are relevant)", size=10),
        *(_text(x, base + 18, size, anchor="middle") for size, x in across.items()),
        *(_grid(left, left + width, base - PLOT * part, f"{most * part:.2f}") for part in (0, 0.25, 0.5, 0.75, 1)),
    ]
    ends = sorted((base - PLOT * each[sizes[-1]] / most, name) for name, each in points.items())
    label = 0.0
    for end, name in ends:
        color = CURVES[list(points).index(name) % len(CURVES)]
        line = " ".join(f"{across[size]:.1f},{base - PLOT * value / most:.1f}" for size, value in points[name].items())
        label = max(end + 4, label + 14)
        parts += [
            f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>',
            f'<text x="{left + width + 6:.1f}" y="{label:.1f}" fill="{color}">{escape(name)}</text>',
        ]
    return "".join(parts), max(44 + PLOT + 30, label - top + 10)


def _bar(x: float, y: float, width: float, color: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" rx="2" fill="{color}"/>'


def _grid(left: float, right: float, y: float, value: str) -> str:
    line = f'<line x1="{left + 30:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{FAINT}"/>'
    return line + _text(left + 24, y + 4, value, anchor="end", size=10)


def _text(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False, size: int = 12) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"{weight}>{escape(text)}</text>'
