"""After the films written by hand: invents as many more as are asked for, and who put which tag on a film."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from catalog.sample.films import Film, Tagging, known_films, known_taggings
from catalog.sample.tastes import TASTES, Taste
from catalog.sample.timeline import FIRST, LAST, new_year
from catalog.titles import as_said


def _words(text: str) -> list[str]:
    return text.split()


ADJECTIVES = _words(
    "Quiet Golden Broken Hidden Silver Crimson Distant Wild Secret Gentle Burning Frozen Lonely Brave Restless "
    "Velvet Paper Hollow Patient Wandering Borrowed Careless Midnight Northern Southern Western Faithful Stolen "
    "Forgotten Painted Sleeping Laughing Bitter Tender Second Last First Lost Long Little"
)
NOUNS = _words(
    "Harbor Lantern Orchard Bridge Garden Letter Winter Summer River Mountain Mirror Piano Window Station Summit "
    "Voyage Wedding Promise Stranger Soldier Painter Detective Captain Doctor Shadow Thunder Lighthouse Carnival "
    "Kingdom Forest Desert Island Comet Machine Clock Crown Violin Train Road House"
)
PLACES = _words(
    "Lisbon Vienna Nairobi Kyoto Havana Dublin Cairo Bergen Lima Prague Tunis Naples Bombay Seville Oslo Quebec "
    "Manila Athens Dakar Riga Porto Tangier Boston Chicago Memphis Denver Seoul Hanoi Ankara Zagreb Malta Corsica "
    "Patagonia Siberia Alaska Bohemia Normandy Tuscany Bavaria Galicia"
)
PATTERNS = (
    "{adjective} {noun} of {place}, The",
    "{adjective} {noun} in {place}, A",
    "{adjective} {noun} from {place}",
    "My {adjective} {noun} in {place}",
    "{place} and the {adjective} {noun}",
    "{place}: The {adjective} {noun}",
)
WORDS = len(ADJECTIVES) * len(NOUNS) * len(PLACES)
MOST_FILMS = WORDS * len(PATTERNS)  # there are no more different titles
# A step without a common divisor with MOST_FILMS visits every title once, in an order that looks like none.
STRIDE = 75_011
# Invented films come in small families (a director's, a series') that the same people like.
FAMILY = 10
OLDEST, NEWEST = 1930, 2024


def films_for(count: int, rng: np.random.Generator) -> list[Film]:
    """Return `count` films, best known first: the ones written by hand, then invented ones."""
    known = known_films()[:count]
    return known + list(_invented(count - len(known), rng))


def taggings_for(films: list[Film], people: int, rng: np.random.Generator) -> list[Tagging]:
    """Return who put which tag on which of `films` when, by person and film, with person numbers up to `people`."""
    by_hand = {(tagging.film, tagging.tag): tagging for tagging in known_taggings()}
    pairs = [(number, film, tag) for number, film in enumerate(films, 1) for tag in film.tags]
    persons = rng.integers(1, people + 1, len(pairs)).tolist()
    lateness = rng.random(len(pairs)).tolist()
    taggings = []
    for (number, film, tag), person, late in zip(pairs, persons, lateness, strict=True):
        known = by_hand.get((number, tag))
        start = max(FIRST, new_year(film.year))
        time = known.time if known else start + int(late * (LAST - start))
        taggings.append(Tagging(known.person if known and known.person <= people else person, number, tag, time))
    return sorted(taggings)


def _invented(count: int, rng: np.random.Generator) -> Iterator[Film]:
    """Yield `count` films, each made for one taste, each in a family with a tag of its own."""
    families = count // FAMILY + 1
    shares = np.array([taste.share for taste in TASTES])
    taste_of_family = rng.choice(len(TASTES), families, p=shares / shares.sum())
    family = rng.integers(families, size=count)
    # Most films are recent: the square root's slope grows towards the newest year.
    years = (OLDEST + np.sqrt(rng.random(count)) * (NEWEST + 1 - OLDEST)).astype(int)
    chances = rng.random((count, max(len(taste.genres) for taste in TASTES)))
    for number in range(count):
        taste = TASTES[taste_of_family[family[number]]]
        year = int(years[number])
        tags = (*_theme(taste, int(family[number])), f"{as_said(_title(int(family[number])))} cycle")
        yield Film(f"{_title(number)} ({year})", year, _genres(taste, chances[number]), tags)


def _genres(taste: Taste, chances: NDArray[np.float64]) -> tuple[str, ...]:
    drawn = [genre for (genre, chance), dice in zip(taste.genres.items(), chances, strict=False) if dice < chance]
    return tuple(sorted(drawn or [next(iter(taste.genres))]))


def _theme(taste: Taste, family: int) -> tuple[str, ...]:
    """Return the one or no tag of the taste that a family's films share; real names, in capitals, are not for them."""
    themes = sorted(tag for tag in taste.tags if tag.islower())
    return (themes[family // 2 % len(themes)],) if family % 2 else ()


def _title(number: int) -> str:
    """Return the `number`th invented title, counted from 0."""
    place, pattern = divmod(number * STRIDE % MOST_FILMS, len(PATTERNS))
    place, adjective = divmod(place, len(ADJECTIVES))
    place, noun = divmod(place, len(NOUNS))
    return PATTERNS[pattern].format(adjective=ADJECTIVES[adjective], noun=NOUNS[noun], place=PLACES[place])
