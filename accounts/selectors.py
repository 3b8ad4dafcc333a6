"""What is read about a person."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import HiddenMovie, PickedMovie, User
from catalog.models import Rater, Rating


def ratings_of(rater: Rater) -> QuerySet[Rating]:
    """Return a person's ratings with their films, newest first."""
    return Rating.objects.filter(rater=rater).select_related("movie").order_by("-rated_at", "-id")


def stars_of(rater: Rater, movie_ids: Iterable[int]) -> dict[int, float]:
    """Return {film's key: stars} for those of `movie_ids` that the person has rated."""
    rows = Rating.objects.filter(rater=rater, movie_id__in=list(movie_ids)).values_list("movie_id", "half_stars")
    return {movie_id: half_stars / 2 for movie_id, half_stars in rows}


def rating_count(rater: Rater) -> int:
    """Return how many films the person has rated."""
    return Rating.objects.filter(rater=rater).count()


def hidden_movie_ids(rater: Rater) -> set[int]:
    """Return the keys of the films that the person does not want to be shown."""
    return set(HiddenMovie.objects.filter(rater=rater).values_list("movie_id", flat=True))


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
