"""Draws a film's poster from its title, year and genres: the same film, the same poster, wherever it is drawn.

The telling genres give the hues (told apart by colour-blind readers too, and named on the poster); the title and year
seed a generator that picks the composition. Nothing is styled by CSS, so that the poster passes a strict content
security policy.
"""

import zlib
from collections.abc import Callable, Sequence
from html import escape
from math import cos, pi, sin
from random import Random
from typing import NamedTuple

from django.urls import reverse

from catalog.models import Movie

WIDTH, HEIGHT, MARGIN = 200, 300, 14
# Raise it when the drawing changes: browsers keep a poster under its version.
DESIGN = 1
PAPER, INK = "#faf3e3", "#1c1813"
SERIF = "ui-serif, 'Iowan Old Style', Palatino, Georgia, 'Liberation Serif', serif"
SANS = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
TITLE_SIZES = (33, 28, 24, 20, 17, 14, 12)
TALLEST_TITLE, LEADING = 165, 1.12


class Hue(NamedTuple):
    """A genre's two tones, either of them the ground of a poster: paper reads well on `deep`, ink on `bright`."""

    deep: str
    bright: str


# The most telling genre first: a poster takes its hues from the first two that a film has.
HUES = {
    "Film-Noir": Hue("#1f1f24", "#a3a3ad"),
    "Western": Hue("#6b3d1a", "#dda464"),
    "Musical": Hue("#742052", "#ee8fc0"),
    "Documentary": Hue("#454636", "#b9b58f"),
    "Animation": Hue("#12506e", "#56b4e9"),
    "War": Hue("#3d4219", "#adaf58"),
    "Horror": Hue("#3d0c12", "#e2565c"),
    "Sci-Fi": Hue("#0b4a48", "#44bba9"),
    "Fantasy": Hue("#46296b", "#b094dc"),
    "Mystery": Hue("#2b2a66", "#9291e6"),
    "Crime": Hue("#551a3b", "#cc6699"),
    "Children": Hue("#5f5400", "#f0e442"),
    "Romance": Hue("#8a2440", "#f09aa8"),
    "Adventure": Hue("#754600", "#e69f00"),
    "Thriller": Hue("#20343f", "#83aebf"),
    "Action": Hue("#872a12", "#e8683a"),
    "Comedy": Hue("#70450c", "#f4c542"),
    "Drama": Hue("#123a63", "#5b9bd5"),
    "IMAX": Hue("#2f3a40", "#9fb3bd"),
}
PLAIN = Hue("#3f3a34", "#c2b59f")
SUNNY = {"Comedy", "Children", "Animation"}


def version(title: str, year: int | None) -> str:
    """Return a short text that changes with the film's title or year, and with the way posters are drawn."""
    return f"{zlib.crc32(f'{DESIGN} {title} {year}'.encode(errors='replace')):08x}"


def drawn_poster_url(movie: Movie) -> str:
    """Return the address of the poster that we draw, which changes with the film's title and year."""
    return f"{reverse('poster', args=[movie.pk])}?v={version(movie.title, movie.year)}"


def draw(title: str, year: int | None, genres: Sequence[str]) -> str:
    """Return the poster as SVG, 200 × 300; whatever is in the title is shown as text."""
    telling = [genre for genre in HUES if genre in genres][:2]
    first, last = (HUES[telling[0]], HUES[telling[-1]]) if telling else (PLAIN, PLAIN)
    chance = Random(version(title, year))  # noqa: S311 (a picture, not a secret)
    by_day = chance.random() < (0.8 if SUNNY.intersection(telling) else 0.25)
    ground, figure, text = (first.bright, last.deep, INK) if by_day else (first.deep, last.bright, PAPER)
    size, lines = _set_title("".join(c if c.isprintable() else " " for c in title))
    below = MARGIN + len(lines) * size * LEADING + 26
    picture = chance.choice(COMPOSITIONS)(chance, HEIGHT - below)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
        f'<svg y="{below:.0f}" width="{WIDTH}" height="{HEIGHT - below:.0f}" fill="{figure}" stroke="{figure}"'
        f' stroke-width="0">{picture}</svg>'
        f'<g fill="{text}" font-family="{SERIF}" font-size="{size}" font-weight="600">{_text(lines, size)}</g>'
        f'<text x="{MARGIN}" y="{below - 12:.0f}" fill="{text}" font-family="{SANS}" font-size="10"'
        f' letter-spacing="0.5">{_facts(year, telling)}</text></svg>'
    )


def _facts(year: int | None, genres: Sequence[str]) -> str:
    return escape(" · ".join([str(year)] * bool(year) + list(genres)))


def _text(lines: Sequence[str], size: int) -> str:
    return "".join(
        f'<text x="{MARGIN}" y="{MARGIN + (row + 0.8) * size * LEADING:.1f}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )


def _set_title(title: str) -> tuple[int, list[str]]:
    """Return the largest size at which the title fits without breaking a word, and its lines."""
    for size in TITLE_SIZES:
        lines = _wrap(title, (WIDTH - 2 * MARGIN) / size)
        fits = len(lines) * size * LEADING <= TALLEST_TITLE and len(lines) <= max(4, 90 // size)
        if fits and " ".join(lines).split() == title.split():
            return size, lines
    return size, lines[:12]


def _wrap(title: str, room: float) -> list[str]:
    """Break a title into lines of at most `room` ems; words longer than a line are cut."""
    lines = [""]
    for word in title.split():
        rest = word
        if lines[-1] and _ems(f"{lines[-1]} {rest}") <= room:
            lines[-1] += f" {rest}"
            continue
        while _ems(rest) > room:
            cut = next(end for end in range(len(rest), 0, -1) if end == 1 or _ems(rest[:end]) <= room)
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return [line for line in lines if line]


def _ems(text: str) -> float:
    """Return about how wide `text` is set in a bold serif, on the generous side."""
    return sum(_em(character) for character in text)


def _em(character: str) -> float:
    if character in "il.,:;'’!|()[] ":
        return 0.34
    if character in "mwMW@%—…" or ord(character) > 0x2E80:
        return 1.0
    return 0.76 if character.isupper() else 0.58


# --- compositions: shapes for a picture of the poster's width and the given height -----------------------------------


def _circle(x: float, y: float, r: float, more: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"{more}/>'


def _polygon(points: Sequence[tuple[float, float]], opacity: float = 1) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{corners}" opacity="{opacity:.2f}"/>'


def _sunrise(chance: Random, height: float) -> str:
    x = chance.uniform(40, 160)
    return "".join(_circle(x, height, height * part, ' opacity="0.36"') for part in (0.95, 0.7, 0.45))


def _orbits(chance: Random, height: float) -> str:
    x, y = chance.uniform(50, 150), height * chance.uniform(0.35, 0.6)
    rings = [_circle(x, y, r, ' fill="none" stroke-width="1.5"') for r in range(28, 170, 22)]
    moons = [(chance.uniform(0, 2 * pi), 28 + 22 * ring) for ring in range(4)]
    return "".join([*rings, _circle(x, y, 15), *(_circle(x + r * cos(a), y + r * sin(a), 5) for a, r in moons)])


def _spotlights(chance: Random, height: float) -> str:
    x = chance.uniform(-20, 220)
    beams = [(left, left + chance.uniform(14, 40)) for left in range(-160, 340, 56)]
    return "".join(_polygon([(x, height + 8), (left, -4), (right, -4)], 0.75) for left, right in beams)


def _skyline(chance: Random, height: float) -> str:
    towers = [(x, height * chance.uniform(0.25, 0.9), chance.uniform(0.45, 1)) for x in range(0, WIDTH, 25)]
    return "".join(
        _polygon([(x, height), (x, height - h), (x + 21, height - h), (x + 21, height)], shade)
        for x, h, shade in towers
    )


def _hills(chance: Random, height: float) -> str:
    layers = []
    for part, opacity in ((0.55, 0.35), (0.36, 0.6), (0.18, 1.0)):
        shift, long = chance.uniform(0, 2 * pi), chance.uniform(60, 110)
        ridge = [(x, height * (1 - part - 0.12 * sin(x / long * pi + shift))) for x in range(-10, 215, 15)]
        layers.append(_polygon([(-10, height + 5), *ridge, (215, height + 5)], opacity))
    return "".join([_circle(chance.uniform(40, 160), height * 0.22, 15, ' opacity="0.85"'), *layers])


def _peaks(chance: Random, height: float) -> str:
    tops = sorted((height * chance.uniform(0.1, 0.6), chance.uniform(10, 190)) for _ in range(4))
    return "".join(
        _polygon([(x - height * 0.6, height + 2), (x, y), (x + height * 0.6, height + 2)], 0.35 + 0.15 * place)
        for place, (y, x) in enumerate(tops)
    )


def _blinds(chance: Random, height: float) -> str:
    tilt, step = chance.uniform(-30, 30), chance.choice((15, 19, 24))
    return "".join(
        _polygon([(-5, y + tilt), (205, y - tilt), (205, y - tilt + step * 0.55), (-5, y + tilt + step * 0.55)], 0.85)
        for y in range(-40, int(height) + 40, step)
    )


def _bulbs(chance: Random, height: float) -> str:
    x0, y0 = chance.uniform(0, WIDTH), chance.uniform(0, height)
    spots = [(x, y) for x in range(10, WIDTH, 20) for y in range(10, int(height), 20)]
    return "".join(_circle(x, y, max(1.2, 9.5 - ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 / 17)) for x, y in spots)


def _quarters(chance: Random, height: float) -> str:
    side, tiles = 40, []
    for x in range(0, WIDTH, side):
        for y in range(0, int(height) + side, side):
            cx, cy = x + side * chance.randrange(2), y + side * chance.randrange(2)
            sweep = "1" if (cx == x) == (cy == y) else "0"
            dx, dy = (side if cx == x else -side), (side if cy == y else -side)
            tiles.append(
                f'<path d="M{cx} {cy}h{dx}A{side} {side} 0 0 {sweep} {cx} {cy + dy}z"'
                f' opacity="{chance.choice((0.4, 0.7, 1))}"/>'
            )
    return "".join(tiles)


def _curtain(chance: Random, height: float) -> str:
    folds = chance.choice((8, 10, 12))
    wide = WIDTH / folds
    return "".join(
        f'<path d="M{fold * wide:.1f} -2h{wide:.1f}V{height - 8 + 6 * sin(fold * 2.1):.1f}'
        f'q{-wide / 2:.1f} 10 {-wide:.1f} 0z" opacity="{(0.35, 0.8, 0.55)[fold % 3]}"/>'
        for fold in range(folds)
    )


COMPOSITIONS: tuple[Callable[[Random, float], str], ...] = (
    _sunrise,
    _orbits,
    _spotlights,
    _skyline,
    _hills,
    _peaks,
    _blinds,
    _bulbs,
    _quarters,
    _curtain,
)
