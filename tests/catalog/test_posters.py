"""Posters: always the same for a film, always legible, always well-formed."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import posters

SVG = "{http://www.w3.org/2000/svg}"
LONGEST = (
    "Dragon Ball Z the Movie: The World's Strongest (a.k.a. Dragon Ball Z: The Strongest Guy in The World) "
    "(Doragon bôru Z: Kono yo de ichiban tsuyoi yatsu)"
)


def lines(drawing: str) -> list[ElementTree.Element]:
    """Return the lines of text on a poster, from top to bottom: those of the title, then year and genres."""
    return list(ElementTree.fromstring(drawing).iter(f"{SVG}text"))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted([luminance(one), luminance(other)])
    return (bright + 0.05) / (dark + 0.05)


def test_a_film_has_the_same_poster_every_time():
    assert posters.draw("Heat", 1995, ["Crime"]) == posters.draw("Heat", 1995, ["Crime"])


def test_films_of_one_genre_have_different_posters():
    drawings = {posters.draw(f"Film {number}", 1995, ["Drama"]) for number in range(50)}
    assert len(drawings) == 50


@pytest.mark.parametrize("hue", [*posters.HUES.values(), posters.PLAIN])
def test_text_can_be_read_on_every_ground(hue):
    assert contrast(posters.PAPER, hue.deep) >= 4.5
    assert contrast(posters.INK, hue.bright) >= 4.5


def test_the_most_telling_genres_are_named():
    *_, facts = lines(posters.draw("Alien", 1979, ["Drama", "Horror", "Sci-Fi"]))
    assert facts.text == "1979 · Horror · Sci-Fi"


@pytest.mark.parametrize(
    "title", [LONGEST, "Koyaanisqatsi", "Supercalifragilisticexpialidocious", "M", "千と千尋の神隠し"]
)
def test_titles_of_every_length_stay_whole_and_on_the_poster(title):
    drawing = lines(posters.draw(title, 1999, []))
    assert "".join("".join(line.itertext()) for line in drawing[:-1]).replace(" ", "") == title.replace(" ", "")
    heights = [float(line.get("y", 0)) for line in drawing]
    assert all(above < below for above, below in pairwise(heights))
    assert heights[-1] < posters.HEIGHT * 0.75


@given(st.text(max_size=300), st.none() | st.integers(1800, 2200), st.lists(st.sampled_from([*posters.HUES, "<x>"])))
def test_every_title_makes_a_well_formed_poster(title, year, genres):
    assert lines(posters.draw(title, year, genres))


@pytest.mark.parametrize("composition", posters.COMPOSITIONS)
@pytest.mark.parametrize("height", [60, 250])
def test_every_composition_draws_in_tall_and_in_flat_pictures(composition, height):
    picture = composition(posters.Random(1), height)
    assert len(ElementTree.fromstring(f"<svg>{picture}</svg>")) >= 3
