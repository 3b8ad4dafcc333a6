"""What a visitor did before signing in, on its way to the account. The account's own word on a film always stays."""

from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import services
from accounts.exporting import pointers
from accounts.models import (
    FilmList,
    Guest,
    HiddenMovie,
    ImportedRating,
    MovieNight,
    PickedMovie,
    RatingImport,
    Seat,
    ShownMovie,
    TasteSettings,
    WatchlistEntry,
)
from accounts.watchlist import MOST_WATCHED
from catalog.models import Rater, Rating

# What is said of a film without a rating of it. Everything else that is kept about a film goes along with its rating.
_WITHOUT_RATING = (Rating, HiddenMovie, WatchlistEntry, PickedMovie, ShownMovie)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class CameAlong:
    """How much came along of what somebody can see of their own."""

    ratings: int = 0
    watched: int = 0
    lists: int = 0
    nights: int = 0

    @property
    def words(self) -> str:
        """A sentence about it, empty when nothing came."""
        named = ("rating", self.ratings), ("watchlist film", self.watched), ("list", self.lists)
        parts = [_counted(name, many) for name, many in (*named, ("movie night", self.nights)) if many]
        *others, last = parts or [""]
        return f"Your {', '.join(others)}{' and ' if others else ''}{last} came along." if parts else ""


def kept_by(rater: Rater) -> CameAlong:
    """Return what somebody keeps who becomes the owner of an account as the rater that they are."""
    return CameAlong(
        rater.ratings.count(),
        WatchlistEntry.objects.filter(rater=rater).count(),
        rater.film_lists.count(),
        rater.seats.count(),
    )


@transaction.atomic
def adopt(*, guest: Rater, by: Rater) -> CameAlong:
    """Give a person what a guest did and erase the guest; return what came along.

    What the person has said of a film stays: only films they had nothing to say of come along.
    """
    # Whoever signs in twice at once does it one after the other; the second finds no guest.
    list(Rater.objects.select_for_update().filter(pk__in=[guest.pk, by.pk]).order_by("pk"))
    if not Guest.objects.filter(rater=guest).exists():
        return CameAlong()
    _bring_imports(guest, by)
    ratings = _bring_ratings(guest, by)
    came = CameAlong(ratings, _bring_words_on_films(guest, by), _bring_lists(guest, by), _bring_nights(guest, by))
    if not TasteSettings.objects.filter(rater=by).exists():
        TasteSettings.objects.filter(rater=guest).update(rater=by)
    services.erase(raters=[guest])
    services.taste_changed(by)
    return came


def _bring_imports(guest: Rater, by: Rater) -> None:
    """Let imports be taken back by their new owner, but for what the owner had said of the films already."""
    own = Rating.objects.filter(rater=by).values("movie")
    ImportedRating.objects.filter(rating_import__rater=guest, movie__in=own).delete()
    watched = set(WatchlistEntry.objects.filter(rater=by).values_list("movie_id", flat=True))
    for record in RatingImport.objects.filter(rater=guest):
        record.rater = by
        record.report["watchlist"] = [film for film in record.report["watchlist"] if film not in watched]
        record.save(update_fields=["rater", "report"])


def _bring_ratings(guest: Rater, by: Rater) -> int:
    """Hand ratings over with what is kept about them, whichever app keeps it, and return how many."""
    own = Rating.objects.filter(rater=by)
    coming = Rating.objects.filter(rater=guest).exclude(movie__in=own.values("movie"))
    for pointer in pointers():
        model = pointer.model
        if model not in _WITHOUT_RATING and any(field.name == "movie" for field in model._meta.fields):
            _hand_over(model._default_manager.filter(rater=guest, movie__in=coming.values("movie")), by)
    return coming.update(rater=by)


def _bring_words_on_films(guest: Rater, by: Rater) -> int:
    """Hand over what is said of films without a rating; return how many films came onto the watchlist.

    As with everything that people do, no film on the watchlist is rated or hidden, or counted as shown in vain.
    """
    rated, hidden = Rating.objects.filter(rater=by), HiddenMovie.objects.filter(rater=by)
    watched = WatchlistEntry.objects.filter(rater=by)
    spoken_of: tuple[QuerySet[Any], ...] = (rated, hidden, watched)
    watched.filter(movie__in=rated.values("movie")).delete()
    _hand_over(HiddenMovie.objects.filter(rater=guest).exclude(movie__in=watched.values("movie")), by)
    wanted = WatchlistEntry.objects.filter(rater=guest)
    for words in spoken_of:
        wanted = wanted.exclude(movie__in=words.values("movie"))
    room = max(0, MOST_WATCHED - watched.count())
    came = WatchlistEntry.objects.filter(pk__in=list(wanted.values_list("pk", flat=True)[:room])).update(rater=by)
    for kind in (PickedMovie, ShownMovie):
        _hand_over(kind._default_manager.filter(rater=guest), by)
    for words in spoken_of:
        ShownMovie.objects.filter(rater=by, movie__in=words.values("movie")).delete()
    return came


def _bring_lists(guest: Rater, by: Rater) -> int:
    """Hand lists over, under another name where the person has one of that name; return how many."""
    taken = set(FilmList.objects.filter(owner=by).values_list("name", flat=True))
    lists = list(FilmList.objects.filter(owner=guest))
    for film_list in lists:
        film_list.owner, film_list.name = by, _free_name(film_list.name, taken)
        film_list.save(update_fields=["owner", "name"])
        taken.add(film_list.name)
    return len(lists)


def _bring_nights(guest: Rater, by: Rater) -> int:
    """Hand movie nights over, and seats at nights without a seat of the person's own; return how many seats."""
    MovieNight.objects.filter(host=guest).update(host=by)
    nights = Seat.objects.filter(rater=by).values("night")
    return Seat.objects.filter(rater=guest).exclude(night__in=nights).update(rater=by)


def _hand_over(given: QuerySet[Any], to: Rater) -> None:
    """Let what is said of films belong to another rater, where they have not said it themselves."""
    own = given.model._default_manager.filter(rater=to)
    given.exclude(movie__in=own.values("movie")).update(rater=to)


def _free_name(name: str, taken: set[str]) -> str:
    """Return the name, or the first of "name (2)", "name (3)" that is free."""
    endings = chain([""], (f" ({number})" for number in count(2)))
    names = (f"{name[: _LONGEST_NAME - len(ending)]}{ending}" for ending in endings)
    return next(free for free in names if free not in taken)


def _counted(name: str, many: int) -> str:
    return name if many == 1 else f"{many} {name}s"
