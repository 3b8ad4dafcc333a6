"""What ratings add up to: plain arithmetic on one person's ratings, without a database or a clock."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# A mean of few ratings is pulled towards the person's own mean as if so many more of just that had been given.
CAUTION = 5
# Others' mean of a film counts from so many ratings of theirs.
ENOUGH_OTHERS = 20
UNUSUAL = 1.0


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating, and what is known of its film.

    Attributes:
        movie: the film's key.
        stars: what the person gave.
        year: the film's, None if nobody knows.
        others: how many others rated it.
        mean: what those gave on average, in stars; None without others.
        day: when the person rated it.
        genres: the film's.
    """

    movie: int
    stars: float
    year: int | None
    others: int
    mean: float | None
    day: date
    genres: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """Ratings that have something in common: how many, their mean, and that mean's careful distance from all."""

    name: str
    films: int
    mean: float
    lift: float


@dataclass(frozen=True, slots=True)
class Hit:
    """What we said of a film, and what the person gave."""

    movie: int
    said: float
    low: float
    high: float
    gave: float

    @property
    def error(self) -> float:
        """How many stars the person gave more than we said."""
        return self.gave - self.said

    @property
    def within(self) -> bool:
        """Whether the range that we gave held."""
        return self.low <= self.gave <= self.high


def mean_of(values: Iterable[float]) -> float:
    """Return the mean; 0 of nothing."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def distribution(rated: Iterable[Rated]) -> list[int]:
    """Return how many films were given ½, 1, … 5 stars: ten numbers."""
    counts = [0] * 10
    for each in rated:
        counts[round(each.stars * 2) - 1] += 1
    return counts


def shares(rated: Sequence[Rated], keys: Callable[[Rated], Iterable[Hashable]]) -> list[Share]:
    """Return the ratings by each of their `keys`, in the order of the keys; one rating may have several."""
    own = mean_of(each.stars for each in rated)
    groups: dict[Hashable, list[float]] = defaultdict(list)
    for each in rated:
        for key in keys(each):
            groups[key].append(each.stars)
    return [
        Share(str(key), len(stars), mean_of(stars), (sum(stars) - own * len(stars)) / (len(stars) + CAUTION))
        for key, stars in sorted(groups.items(), key=lambda group: str(group[0]))
    ]


def against_others(rated: Iterable[Rated]) -> float | None:
    """Return how many stars the person gives more than others give the same films; None where there are no others."""
    distances = [each.stars - each.mean for each in rated if each.mean is not None]
    return mean_of(distances) if distances else None


def unusual(rated: Iterable[Rated], most: int) -> tuple[list[Rated], list[Rated]]:
    """Return what was liked, and what was disliked, at least UNUSUAL stars against many others; strongest first."""
    known = [
        (each, each.stars - each.mean) for each in rated if each.mean is not None and each.others >= ENOUGH_OTHERS
    ]
    known.sort(key=lambda found: (-abs(found[1]), found[0].movie))
    liked = [each for each, distance in known if distance >= UNUSUAL]
    disliked = [each for each, distance in known if distance <= -UNUSUAL]
    return liked[:most], disliked[:most]


def periods(rated: Sequence[Rated]) -> list[tuple[date, list[Rated]]]:
    """Return the ratings by month if they were given within two years, else by year, without a gap; oldest first.

    Each period is named by its first day.
    """
    if not rated:
        return []
    days = [each.day for each in rated]
    by_month = max(days).year - min(days).year < 2
    found: dict[date, list[Rated]] = {first: [] for first in _firsts(min(days), max(days), by_month=by_month)}
    for each in rated:
        found[each.day.replace(day=1) if by_month else each.day.replace(month=1, day=1)].append(each)
    return list(found.items())


def _firsts(start: date, end: date, *, by_month: bool) -> list[date]:
    if not by_month:
        return [date(year, 1, 1) for year in range(start.year, end.year + 1)]
    months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]
