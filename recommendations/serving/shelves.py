"""The shelves of a person's home page: a list and a few other films, scored once, predicted once, shown once each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from accounts.models import MutedRating, WatchlistEntry
from catalog.models import Rater, Rating
from recommendations.serving.besides import gems, like, surroundings, trending
from recommendations.serving.history import History
from recommendations.serving.live import LiveModels
from recommendations.serving.recommend import recommend
from recommendations.serving.types import Reason, Recommendations, RecommendedMovie

LISTED = 40
TOP_PICKS = 10
A_SHELF = 8
FEWEST = 4
_RECENT_RATINGS = 20
_LIKED_STARS = 3.5
# So many films are looked at for a shelf that is not made from the list: some are on the page already.
_CONSIDERED = 20

Films = tuple[RecommendedMovie, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Films in a row under a name; `because` is the own rating that a shelf is about."""

    key: str
    name: str
    films: Films
    says: str = ""
    because: Reason | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """What a person's home page shows: the list it is made from, and its shelves, of which the first is the lead film.

    Without a personal list there are no shelves.
    """

    found: Recommendations
    shelves: tuple[Shelf, ...]


def home_of(rater: Rater, *, without: Collection[int] = ()) -> Home:
    """Return a person's home page; no film is on it twice, and none of `without`, which the page shows elsewhere."""
    besides = _Besides(rater)
    found = recommend(rater, n=LISTED, also=besides)
    if found.source == "popularity":
        return Home(found, ())
    known = {film.movie.pk: film for film in (*found.films, *found.also)}
    page = _Page(taken=set(without))
    page.put(Shelf("lead", "", found.films), most=1)
    page.put(Shelf("top", "Top picks", found.films), most=TOP_PICKS)
    # What somebody means to see anyway stands on the watchlist's own shelf.
    later = set(besides.wanted) - page.taken
    page.taken |= later
    for shelf in besides.shelves(known, found.films):
        page.put(shelf, most=A_SHELF, fewest=FEWEST)
    page.taken -= later
    wanted = Shelf("watchlist", "From your watchlist", _best_first(besides.wanted, known), "Best first.")
    page.put(wanted, most=A_SHELF)
    return Home(found, tuple(page.shelves))


class _Page:
    """Shelves as they are filled from the top: a film that stands on one is passed over by all below it."""

    def __init__(self, taken: set[int]) -> None:
        self.taken = taken
        self.shelves: list[Shelf] = []

    def put(self, shelf: Shelf, *, most: int, fewest: int = 1) -> None:
        """Put up to `most` films on the page under a name; fewer than `fewest` are no shelf."""
        films = tuple(film for film in shelf.films if film.movie.pk not in self.taken)[:most]
        if len(films) >= fewest:
            self.taken |= {film.movie.pk for film in films}
            self.shelves.append(replace(shelf, films=films))


class _Besides:
    """The films that a page shows besides its list: which ones is known once models and ratings are at hand."""

    def __init__(self, rater: Rater) -> None:
        self._rater = rater
        self.liked: Reason | None = None
        self.alike: list[int] = []
        self.gems: list[int] = []
        self.trending: list[int] = []
        self.decade: int | None = None
        self.recent: list[int] = []
        self.wanted: list[int] = []

    def __call__(self, models: LiveModels, history: History) -> Iterable[int]:
        """Find the films, and return all their keys."""
        self.liked = _liked_lately(self._rater)
        self.alike = like(models, self.liked.movie, _CONSIDERED) if self.liked else []
        around = surroundings(models, _CONSIDERED)
        self.decade, self.recent = around.decade, around.recent
        self.gems = gems(models, history, around.known, _CONSIDERED)
        self.trending = trending(models, _CONSIDERED)
        wanted = WatchlistEntry.objects.filter(rater=self._rater)
        self.wanted = list(wanted.values_list("movie", flat=True)[:_CONSIDERED])
        return [*self.alike, *self.gems, *self.trending, *self.recent, *self.wanted]

    def shelves(self, known: dict[int, RecommendedMovie], listed: Films) -> Iterable[Shelf]:
        """Yield the shelves that are not the list's own, or only in part, from top to bottom."""
        if self.liked:
            # The shelf is the reason.
            alike = tuple(replace(film, reasons=()) for film in _those(self.alike, known))
            yield Shelf("because", "", alike, because=self.liked)
        yield Shelf("gems", "Hidden gems", _those(self.gems, known), "Few have seen them; they suit what you like.")
        yield Shelf("trending", "Trending", _those(self.trending, known), "What people watch and like lately.")
        if self.decade:
            recent = tuple(film for film in listed if (film.movie.year or 0) >= self.decade)
            others = _best_first(self.recent, known)
            yield Shelf("decade", f"New to you from the {self.decade}s", tuple(dict.fromkeys((*recent, *others))))


def _liked_lately(rater: Rater) -> Reason | None:
    """Return the newest of the best among the person's last ratings, of those that their list is made from."""
    muted = MutedRating.objects.filter(rater=rater).values("movie")
    lately = Rating.objects.filter(rater=rater).exclude(movie__in=muted).order_by("-rated_at", "-id")
    best = max(lately[:_RECENT_RATINGS], key=lambda rating: rating.half_stars, default=None)
    return Reason(best.movie, best.stars, 1.0) if best and best.stars >= _LIKED_STARS else None


def _those(keys: Iterable[int], known: dict[int, RecommendedMovie]) -> Films:
    return tuple(known[key] for key in keys if key in known)


def _best_first(keys: Iterable[int], known: dict[int, RecommendedMovie]) -> Films:
    films = _those(keys, known)
    return tuple(sorted(films, key=lambda film: -(film.prediction.stars if film.prediction else 0)))
