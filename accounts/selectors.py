"""What is read about a person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import (
    FilmList,
    HiddenMovie,
    ListedMovie,
    MutedRating,
    PickedMovie,
    ShownMovie,
    TasteSettings,
    User,
    WatchlistEntry,
)
from catalog.models import Movie, Rater, Rating


def ratings_of(rater: Rater) -> QuerySet[Rating]:
    """Return a person's ratings with their films, newest first."""
    return Rating.objects.filter(rater=rater).select_related("movie").order_by("-rated_at", "-id")


def rating_of(rater: Rater, movie: Movie) -> Any:
    """Return the person's rating of a film, with whether it is `muted`; None when there is none."""
    return Rating.objects.filter(rater=rater, movie=movie).annotate(muted=is_muted(rater)).first()


def rating_count(rater: Rater) -> int:
    """Return how many films the person has rated."""
    return Rating.objects.filter(rater=rater).count()


def hidden_movie_ids(rater: Rater) -> set[int]:
    """Return the keys of the films that the person does not want to be shown."""
    return set(HiddenMovie.objects.filter(rater=rater).values_list("movie_id", flat=True))


def hidden_movies_of(rater: Rater) -> QuerySet[HiddenMovie]:
    """Return what the person does not want to be shown, with the films, last hidden first."""
    return HiddenMovie.objects.filter(rater=rater).select_related("movie").order_by("-hidden_at", "-id")


def watched_among(rater: Rater, movies: Iterable[Movie]) -> set[int]:
    """Return the keys of those of `movies` that are on the person's watchlist."""
    return set(WatchlistEntry.objects.filter(rater=rater, movie__in=movies).values_list("movie_id", flat=True))


def on_watchlist_since(rater: Rater, movie: Movie) -> datetime | None:
    """Return when the person put `movie` on the watchlist; None when it is not there."""
    return WatchlistEntry.objects.filter(rater=rater, movie=movie).values_list("added_at", flat=True).first()


def lists_of(rater: Rater) -> QuerySet[FilmList]:
    """Return a person's lists by name, each with the number of its films as `films`."""
    return FilmList.objects.filter(owner=rater).annotate(films=Count("entries")).order_by("name", "id")


def lists_with(rater: Rater, movie: Movie) -> list[tuple[FilmList, bool]]:
    """Return a person's lists by name, each with whether `movie` is on it."""
    entries = ListedMovie.objects.filter(film_list=OuterRef("pk"), movie=movie)
    lists = FilmList.objects.filter(owner=rater).annotate(has_it=Exists(entries)).order_by("name", "id")
    return [(each, each.has_it) for each in lists]


def entries_of(film_list: FilmList) -> QuerySet[ListedMovie]:
    """Return what is on a list, with the films, in its order."""
    return ListedMovie.objects.filter(film_list=film_list).select_related("movie").order_by("place", "id")


def taste_settings(rater: Rater) -> TasteSettings:
    """Return how the person's list is made; for whoever changed nothing, settings that ask for nothing."""
    return TasteSettings.objects.filter(rater=rater).first() or TasteSettings(rater=rater)


def is_muted(rater: Rater) -> Q:
    """Return what is true of those ratings of the person that say nothing about their taste."""
    return Q(movie__in=MutedRating.objects.filter(rater=rater).values("movie"))


def muted_ratings_of(rater: Rater) -> QuerySet[Rating]:
    """Return the ratings that the person muted with their films, newest first."""
    return ratings_of(rater).filter(is_muted(rater))


def shown_in_vain(rater: Rater, *, at_least: int) -> QuerySet[ShownMovie]:
    """Return what was recommended on so many days and nothing was done about, last shown first.

    Without what the person brought back or put on the watchlist.
    """
    wanted = WatchlistEntry.objects.filter(rater=rater).values("movie")
    shown = ShownMovie.objects.filter(rater=rater, days__gte=at_least, brought_back=False)
    return shown.exclude(movie__in=wanted).order_by("-last_shown_on", "-days", "-id")


def well_known_to_rate(rater: Rater, n: int) -> list[Movie]:
    """Return `n` films that most people have seen and that the person has neither rated nor hidden."""
    return list(Movie.objects.exclude(ratings__rater=rater).exclude(hidden_by__rater=rater).best_known()[:n])


def picked_movie_ids(rater: Rater) -> set[int]:
    """Return the keys of the films of the taste groups that the person picked, rated since or not."""
    return set(PickedMovie.objects.filter(rater=rater).values_list("movie_id", flat=True))


def visible_raters(user: User) -> QuerySet[Rater]:
    """Return the people whose ratings and lists `user` may see, by key: everybody to staff, only oneself to others."""
    raters = Rater.objects.select_related("release", "user").order_by("pk")
    return raters if user.is_staff else raters.filter(pk=user.rater_id)


def with_rating_count(raters: QuerySet[Rater]) -> QuerySet[Rater]:
    """Add `ratings_given`, counted one by one and only for the rows that are read."""
    counted = (
        Rating.objects.filter(rater=OuterRef("pk")).order_by().values("rater").annotate(n=Count("pk")).values("n")
    )
    return raters.annotate(ratings_given=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def expired_demo_raters(now: datetime) -> QuerySet[Rater]:
    """Return the raters of the demo accounts that are past their day."""
    return Rater.objects.filter(user__in=User.objects.expired_demos(now))
