"""What bringing a file would change: its rows, matched to films, beside what their owner has here already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.importing.match import Matches, match
from accounts.importing.parse import Kind, Row, Scale
from accounts.models import HiddenMovie, WatchlistEntry
from accounts.watchlist import MOST_WATCHED
from catalog.models import Rater, Rating


@dataclass(frozen=True, slots=True)
class Choices:
    """What its owner says about a file.

    Attributes:
        scale: the most that a film can be given in it.
        replaces: whether own ratings give way to those of the file.
        fills_watchlist: whether films that the file wants to see go onto the watchlist.
        picks: {row's place: film's key}, for rows that fit no film or several.
    """

    scale: Scale
    replaces: bool = False
    fills_watchlist: bool = True
    picks: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A rating of the file that has found its film; `own` is what its owner gave the film here, None for nothing."""

    row: Row
    movie_id: int
    half_stars: int
    own: int | None

    @property
    def stars(self) -> float:
        """What the file gives the film, in stars."""
        return self.half_stars / 2

    @property
    def own_stars(self) -> float | None:
        """What its owner gave the film here, in stars."""
        return self.own / 2 if self.own else None

    @property
    def is_new(self) -> bool:
        """Whether the film has no rating of its owner's here."""
        return self.own is None

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to change."""
        return self.own == self.half_stars


@dataclass(frozen=True, slots=True)
class Plan:
    """What is in a file for its owner.

    Attributes:
        lines: one for each film that the file rates.
        wanted: {film's key: when it was put on the list}, those that are neither rated, hidden nor on the watchlist
            here, as many as it has room for.
        no_room: how many more there are.
        open: {row's place: row}, rows that fit no film or several.
        seen, not_films, unreadable: rows that cannot be brought.
        matches: what each row was found to mean.
    """

    lines: list[Line]
    wanted: dict[int, datetime | None]
    no_room: int
    open: dict[int, Row]
    seen: list[Row]
    not_films: list[Row]
    unreadable: list[Row]
    matches: Matches

    @property
    def new(self) -> list[Line]:
        """Ratings of films that have none here."""
        return [line for line in self.lines if line.is_new]

    @property
    def same(self) -> list[Line]:
        """Ratings that are here already."""
        return [line for line in self.lines if line.is_same]

    @property
    def different(self) -> list[Line]:
        """Ratings of films that have another one here."""
        return [line for line in self.lines if not line.is_new and not line.is_same]

    def changes(self, *, replaces: bool) -> list[Line]:
        """Return what would be written."""
        return self.new + self.different if replaces else self.new


def make_plan(rater: Rater, rows: list[Row], choices: Choices) -> Plan:
    """Return what bringing `rows` would change for `rater`. Nothing is written."""
    about = {place: row for place, row in enumerate(rows) if row.kind in {Kind.RATED, Kind.WANTED}}
    given = {place: _given(row, choices.scale) for place, row in about.items()}
    readable = [place for place, row in about.items() if given[place] or row.kind is Kind.WANTED]
    off_scale = about.keys() - set(readable)
    matches = _matched(rows, readable, choices.picks)
    own = dict(Rating.objects.filter(rater=rater).order_by().values_list("movie_id", "half_stars"))
    lines = {
        film: Line(about[place], film, half_stars, own.get(film))
        for place in readable
        if (half_stars := given[place]) and (film := matches.films.get(place))
    }
    found = {film: about[place].at for place, film in matches.films.items() if not given[place]}
    wanted, no_room = _for_watchlist(rater, found, besides=own.keys() | lines.keys())
    return Plan(
        lines=list(lines.values()),
        wanted=wanted,
        no_room=no_room,
        open={place: rows[place] for place in matches.open},
        seen=[row for row in rows if row.kind is Kind.SEEN],
        not_films=[row for row in rows if row.kind is Kind.NOT_A_FILM],
        unreadable=[row for place, row in enumerate(rows) if row.kind is Kind.UNREADABLE or place in off_scale],
        matches=matches,
    )


def _for_watchlist(
    rater: Rater, found: dict[int, datetime | None], *, besides: set[int]
) -> tuple[dict[int, datetime | None], int]:
    """Return which films would come onto the watchlist, and how many more there is no room for."""
    listed, hidden = _films(WatchlistEntry, rater), _films(HiddenMovie, rater)
    spoken_of = listed | hidden | besides
    wanted = [film for film in found if film not in spoken_of]
    room = max(0, MOST_WATCHED - len(listed))
    return {film: found[film] for film in wanted[:room]}, max(0, len(wanted) - room)


def _films(model: type[WatchlistEntry] | type[HiddenMovie], rater: Rater) -> set[int]:
    return set(model._default_manager.filter(rater=rater).values_list("movie_id", flat=True))


def _given(row: Row, scale: Scale) -> int | None:
    return None if row.kind is Kind.WANTED or row.rating is None else scale.half_stars(row.rating)


def _matched(rows: list[Row], places: list[int], picks: Mapping[int, int]) -> Matches:
    """Return the matches of some of the rows, by the rows' places among all."""
    numbered = dict(zip(places, range(len(places)), strict=True))
    found = match([rows[place] for place in places], {numbered[p]: film for p, film in picks.items() if p in numbered})
    return Matches(
        {places[place]: film for place, film in found.films.items()},
        {places[place]: films for place, films in found.open.items()},
    )
