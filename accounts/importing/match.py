"""Between a file's rows and the films here: which film a row means, by its ids, else by its title and year.

Never a guess: a row that fits two films, or whose ids speak of another film than its title, is left to its owner.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from accounts.importing.parse import Row
from catalog.models import Movie
from catalog.search import find_each
from catalog.titles import fold

SUGGESTIONS = 3
# So many values fit into one query on every database.
_AT_ONCE = 5_000


class Film(NamedTuple):
    """What a row is compared with."""

    pk: int
    numbering: str
    number: int
    imdb_id: int | None
    tmdb_id: int | None
    year: int | None


@dataclass(frozen=True, slots=True)
class Matches:
    """What became of some rows.

    Attributes:
        films: {row's place: film's key}.
        open: {row's place: keys of the films it may mean}, for the rows that fit none or several.
    """

    films: dict[int, int] = field(default_factory=dict)
    open: dict[int, list[int]] = field(default_factory=dict)


def match(rows: Sequence[Row], picks: Mapping[int, int]) -> Matches:
    """Return which films `rows` mean; `picks` has what their owner said, {row's place: film's key}.

    The number of queries does not grow with the rows, but for one more of each kind with every 5,000 of them.
    """
    found = Matches()
    by_id = _films_by_ids(rows)
    picked = set(_existing(picks.values()))
    untold: list[int] = []
    for place, row in enumerate(rows):
        meant = by_id.of(row)
        if picks.get(place) in picked:
            found.films[place] = picks[place]
        elif len(meant) == 1:
            found.films[place] = meant[0]
        elif meant:
            found.open[place] = meant
        else:
            untold.append(place)
    _match_titles(rows, untold, found)
    return found


def suggestions(rows: Mapping[int, Row], matches: Matches) -> dict[int, list[Movie]]:
    """Return up to three films for each of some open rows, the ones that its ids or its title may mean first."""
    found = find_each([row.title for row in rows.values()])
    keys = {
        place: list(dict.fromkeys([*matches.open.get(place, ()), *close.films[: 2 * SUGGESTIONS]]))
        for place, close in zip(rows, found, strict=True)
    }
    films = Movie.objects.in_bulk({key for some in keys.values() for key in some})
    return {place: _nearest([films[key] for key in some if key in films], rows[place]) for place, some in keys.items()}


def _nearest(films: list[Movie], row: Row) -> list[Movie]:
    """Put films of about the row's year first, in the order they have otherwise."""
    about = [film for film in films if row.year and film.year and abs(film.year - row.year) <= 1]
    return list(dict.fromkeys([*about, *films]))[:SUGGESTIONS]


class _Ids:
    """Films by each of their ids."""

    def __init__(self) -> None:
        self._films: dict[tuple[str, int], list[int]] = defaultdict(list)

    def add(self, film: Film) -> None:
        for name in _names(film):
            self._films[name].append(film.pk)

    def of(self, row: Row) -> list[int]:
        """Return the keys of all films that any id of a row names."""
        return list(dict.fromkeys(pk for name in _names(row) for pk in self._films.get(name, ())))


def _names(of: Film | Row) -> Iterator[tuple[str, int]]:
    ids = {of.numbering: of.number, "imdb": of.imdb_id, "tmdb": of.tmdb_id}
    return ((name, number) for name, number in ids.items() if number)


def _films_by_ids(rows: Sequence[Row]) -> _Ids:
    found = _Ids()
    wanted = {
        "number__in": {row.number for row in rows if row.number},
        "imdb_id__in": {row.imdb_id for row in rows if row.imdb_id},
        "tmdb_id__in": {row.tmdb_id for row in rows if row.tmdb_id},
    }
    seen: set[int] = set()
    for condition, values in wanted.items():
        for some in _batches(values):
            films = Movie.objects.filter(**{condition: some}).order_by().values_list(*Film._fields)
            for film in map(Film._make, films):
                if film.pk not in seen:
                    seen.add(film.pk)
                    found.add(film)
    return found


def _existing(keys: Iterable[int]) -> Iterator[int]:
    for some in _batches(set(keys)):
        yield from Movie.objects.filter(pk__in=some).order_by().values_list("pk", flat=True)


def _batches(values: Iterable[int | None]) -> Iterator[list[int]]:
    some = [value for value in values if value is not None]
    return (some[start : start + _AT_ONCE] for start in range(0, len(some), _AT_ONCE))


def _match_titles(rows: Sequence[Row], places: Sequence[int], found: Matches) -> None:
    """Match rows that no id has matched, by one reading of the films' titles."""
    names = {place: _folded(rows[place]) for place in places}
    films = _films_by_names({name for some in names.values() for name in some}) if places else {}
    for place in places:
        meant = _same_film(rows[place], [film for name in names[place] for film in films.get(name, ())])
        if len(meant) == 1:
            found.films[place] = meant[0]
        else:
            found.open[place] = meant


def _folded(row: Row) -> list[str]:
    return [name for name in (fold(row.title), fold(row.original_title)) if name]


def _films_by_names(names: set[str]) -> dict[str, list[Film]]:
    """Return {folded title: films that have it as one of their forms}."""
    films: dict[str, list[Film]] = defaultdict(list)
    columns = Movie.objects.order_by().values_list("search_text", *Film._fields)
    for text, *facts in columns.iterator(chunk_size=10_000) if names else ():
        for form in set(text.split("\n")) & names:
            films[form].append(Film._make(facts))
    return films


def _same_film(row: Row, films: Iterable[Film]) -> list[int]:
    """Return the films with a row's title that it may mean: of its very year, else of the year before or after."""
    possible = {film.pk: film for film in films if not _are_different(row, film)}.values()
    if row.year is None:
        return [film.pk for film in possible]
    for apart in (0, 1):
        near = [film.pk for film in possible if film.year and abs(film.year - row.year) <= apart]
        if near:
            return near
    return []


def _are_different(row: Row, film: Film) -> bool:
    """Whether an id says that a film with a row's title is another one."""
    ids = ((row.imdb_id, film.imdb_id), (row.tmdb_id, film.tmdb_id))
    has_another_number = bool(row.number) and row.numbering == film.numbering and row.number != film.number
    return has_another_number or any(one and other and one != other for one, other in ids)
