"""Reads Trakt's JSON and Criticker's XML into the same records as tables."""

import io
import json
from collections.abc import Iterator
from itertools import chain
from xml.parsers import expat

from accounts.importing.parse.records import column
from accounts.importing.parse.refusal import FileRefused

# Trakt writes about fifteen values for a film; JSON is in memory as a whole before the first film of it is found.
MOST_VALUES = 2_000_000
_AT_ONCE = 64 * 1024
_NOT_FILMS = ("show", "season", "episode")


def json_records(text: str) -> Iterator[dict[str, object]]:
    """Yield the films, shows and episodes of one of Trakt's files, or raise FileRefused."""
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise FileRefused("This JSON file holds far more than films and ratings: please bring it in parts.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileRefused("This JSON file is broken or cut short: please export it again.") from error
    records = (record for item in _items(document) if (record := _record(item)) is not None)
    first = next(records, None)
    if first is None:
        raise FileRefused("No films could be found in this JSON file: Marquee reads the ones that Trakt exports.")
    yield from chain([first], records)


def _items(document: object) -> Iterator[object]:
    """Yield the entries of a list, or of the lists that an object holds."""
    for part in document.values() if isinstance(document, dict) else [document]:
        if isinstance(part, list):
            yield from part


def _record(item: object) -> dict[str, object] | None:
    if not isinstance(item, dict):
        return None
    film = item.get("movie")
    kind = next((kind for kind in _NOT_FILMS if kind in item), "")
    about = film if isinstance(film, dict) else item.get("show") or item.get(kind)
    if not isinstance(about, dict):
        return None
    ids = about.get("ids")
    ids = ids if isinstance(ids, dict) else {}
    return {
        "title": about.get("title"),
        "year": about.get("year"),
        "imdbid": ids.get("imdb"),
        "tmdbid": ids.get("tmdb"),
        "type": "" if film else kind,
        "rating": item.get("rating"),
        "ratedat": item.get("rated_at"),
        "listedat": item.get("listed_at"),
    }


def xml_records(text: str) -> Iterator[dict[str, object]]:
    """Yield the films of Criticker's XML, or raise FileRefused.

    Whatever declares entities is refused unread: a few lines of them can fill the memory.
    """
    films = _Films()
    parser = expat.ParserCreate("utf-8")  # whatever the document says of itself: it has been decoded already
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = films.refuse
    parser.StartElementHandler, parser.EndElementHandler = films.start, films.end
    parser.CharacterDataHandler = films.read
    encoded = io.BytesIO(text.encode())
    try:
        while part := encoded.read(_AT_ONCE):
            parser.Parse(part, False)
            yield from films.taken()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise FileRefused("This XML file is broken or cut short: please export it again.") from error
    if not films.count:
        raise FileRefused("No films could be found in this XML file: Marquee reads the ones that Criticker exports.")


class _Films:
    """Collects what stands in each <film>, by the names of the elements in it; `count` is how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self._found: list[dict[str, object]] = []
        self._film: dict[str, object] | None = None
        self._name = ""
        self._words: list[str] = []

    def taken(self) -> list[dict[str, object]]:
        """Return the films since the last time."""
        films, self._found = self._found, []
        self.count += len(films)
        return films

    def refuse(self, *_: object) -> None:
        raise FileRefused("This XML file declares a document type, which no export of ratings needs: it is not read.")

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "film":
            self._film = {}
        self._name, self._words = column(name), []

    def read(self, words: str) -> None:
        self._words.append(words)

    def end(self, name: str) -> None:
        if name == "film" and self._film is not None:
            self._found.append(self._film)
            self._film = None
        elif self._film is not None and column(name) == self._name:
            self._film[self._name] = "".join(self._words)
        self._words = []
