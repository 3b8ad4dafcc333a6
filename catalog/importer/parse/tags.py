"""From lines of tags.csv and tags.dat to uses of tags."""

from collections.abc import Container
from typing import NamedTuple

from catalog.importer.parse.lines import BadRow
from catalog.importer.parse.values import id_number, short_text, unix_time

LONGEST_TAG = 255


class TagUse(NamedTuple):
    """Somebody put a word on a film. `folded` is what tells words apart."""

    person: int
    film: int
    tag: str
    folded: str
    time: int


def tag_use_of(fields: list[str], *, films: Container[int], latest: int) -> TagUse:
    """Return the use of a tag in a line; `films` are those that it may be put on."""
    person, film = id_number(fields[0], "userId"), id_number(fields[1], "movieId")
    tag, time = short_text(fields[2], "tag", longest=LONGEST_TAG), unix_time(fields[3], "timestamp", latest=latest)
    if film not in films:
        raise BadRow("movieId", "unknown_movie", f"There is no film {film}.")
    return TagUse(person, film, tag, short_text(tag.casefold(), "tag", longest=LONGEST_TAG), time)
