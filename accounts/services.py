"""The only interactive writers: everything that a person changes, from any door, is changed here."""

from collections.abc import Iterable
from datetime import datetime
from secrets import choice

from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery

from accounts.models import Guest, HiddenMovie, MutedRating, ShownMovie, User, WatchlistEntry
from accounts.signals import about_to_rate, taken_back
from catalog.models import Movie, Rater, Rating, StarCount


class RatingRefused(ValueError):
    """A rating that is not on the half-star grid; the message is for the person who gave it."""


def half_stars_from(stars: float) -> int:
    """Return `stars` (0.5 to 5.0 in halves) as half stars, or raise RatingRefused."""
    half_stars = stars * 2
    if half_stars not in range(1, 11):
        raise RatingRefused("A rating is ½ to 5 stars, in half stars.")
    return int(half_stars)


class PersonGone(BadRequest):
    """Somebody who is no longer here: erased, or a guest whose account has taken everything over a moment ago.

    Every door answers it alike (`config.errors`): with what to do about a page from before signing in or out.
    """


def lock_rater(key: int) -> None:
    """Let one change of what a person keeps wait for the other (SQLite has one writer at a time anyway).

    Raises PersonGone when nobody has that key any more.
    """
    if not Rater.objects.select_for_update().filter(pk=key).values_list("pk"):
        raise PersonGone


@transaction.atomic
def rate(*, rater: Rater, movie: Movie, stars: float, at: datetime) -> tuple[Rating, bool]:
    """Give `movie` `stars`, new or changed; return the rating and whether it is new.

    What was rated has been seen: it is no longer on the watchlist.
    """
    half_stars = half_stars_from(stars)
    lock_rater(rater.pk)
    WatchlistEntry.objects.filter(rater=rater, movie=movie).delete()
    before = Rating.objects.filter(rater=rater, movie=movie).first()
    if before is not None and before.half_stars == half_stars:
        return before, False
    if before is None:
        about_to_rate.send_robust(Rating, rater=rater, movie=movie)
    taken = before.half_stars if before else 0
    rating = before or Rating(rater=rater)
    rating.movie, rating.half_stars, rating.rated_at = movie, half_stars, at.replace(microsecond=0)
    rating.save()
    _count(movie.pk, given=half_stars, taken=taken)
    if before is None:
        forget_shown(rater=rater, movie=movie)
    taste_changed(rater)
    return rating, before is None


@transaction.atomic
def unrate(*, rater: Rater, movie: Movie) -> bool:
    """Take the rating of `movie` back; return whether there was one."""
    lock_rater(rater.pk)
    rating = Rating.objects.filter(rater=rater, movie=movie).first()
    if rating is None:
        return False
    rating.delete()
    MutedRating.objects.filter(rater=rater, movie=movie).delete()
    taken_back.send_robust(Rating, rater=rater, movie=movie)
    _count(movie.pk, taken=rating.half_stars)
    taste_changed(rater)
    return True


@transaction.atomic
def hide(*, rater: Rater, movie: Movie) -> None:
    """Never show `movie` to `rater` again, not even on the watchlist. Hiding twice changes nothing."""
    lock_rater(rater.pk)
    WatchlistEntry.objects.filter(rater=rater, movie=movie).delete()
    _, created = HiddenMovie.objects.get_or_create(rater=rater, movie=movie)
    if created:
        forget_shown(rater=rater, movie=movie)
        taste_changed(rater)


@transaction.atomic
def unhide(*, rater: Rater, movie: Movie) -> None:
    """Allow `movie` to be shown again."""
    gone, _ = HiddenMovie.objects.filter(rater=rater, movie=movie).delete()
    if gone:
        taste_changed(rater)


def forget_shown(*, rater: Rater, movie: Movie) -> None:
    """Forget on how many days a film was shown in vain: something has been done about it."""
    ShownMovie.objects.filter(rater=rater, movie=movie).delete()


@transaction.atomic
def create_demo_account(*, at: datetime) -> User:
    """Make an account for one visitor: with a name, without a password or any privilege, and gone within a day.

    No model learns from its ratings.
    """
    user = User(username=_free_demo_name(), is_demo=True, date_joined=at)
    user.set_unusable_password()
    user.save()
    return user


def erase(*, raters: Iterable[Rater]) -> int:
    """Remove raters with their accounts and everything that hangs on them; return how many there were.

    What the admin's log says about an account stays, without its name. Each goes as a whole or not at all; one who is
    gone already is passed over.
    """
    everybody = list(raters)
    _end_sessions(User.objects.filter(rater__in=everybody))
    return sum(_erase_one(rater) for rater in everybody)


@transaction.atomic
def _erase_one(rater: Rater) -> bool:
    if not Rater.objects.select_for_update().filter(pk=rater.pk).exists():
        return False
    _uncount_all(rater)
    for user in User.objects.filter(rater=rater):
        about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk))
        about.update(object_repr=str(rater))
        user.delete()
    rater.delete()
    return True


def _count(movie_id: int, *, given: int = 0, taken: int = 0) -> None:
    """Count half stars that were given to a film, or taken from it, or exchanged for others; 0 means none."""
    count, half_stars = bool(given) - bool(taken), given - taken
    # The film comes first: its row is the lock of its totals.
    Movie.objects.filter(pk=movie_id).update(
        rating_count=F("rating_count") + count, rating_sum=F("rating_sum") + half_stars
    )
    of_film = StarCount.objects.filter(movie=movie_id)
    if taken:
        of_film.filter(half_stars=taken).update(people=F("people") - 1)
    if given and not of_film.filter(half_stars=given).update(people=F("people") + 1):
        StarCount.objects.create(movie_id=movie_id, half_stars=given, people=1)


def _uncount_all(rater: Rater) -> None:
    """Take all of a person's ratings off their films' totals."""
    given = Rating.objects.filter(rater=rater)
    # In the order of their keys, so that two people who are erased at once never wait for each other.
    list(Movie.objects.filter(pk__in=given.values("movie")).order_by("pk").select_for_update().values_list("pk"))
    half_stars = given.filter(movie=OuterRef("pk")).values("half_stars")
    Movie.objects.filter(pk__in=given.values("movie")).update(
        rating_count=F("rating_count") - 1, rating_sum=F("rating_sum") - Subquery(half_stars)
    )
    these = given.filter(movie=OuterRef("movie"), half_stars=OuterRef("half_stars"))
    StarCount.objects.filter(Exists(these), movie__in=given.values("movie")).update(people=F("people") - 1)


def _end_sessions(users: Iterable[User]) -> None:
    """Remove what the site remembers of their visits. A session tells whose it is only when it is opened.

    The guest who waits in the session of a demo account stays there.
    """
    owners = {str(user.pk) for user in users}
    sessions = ((session, session.get_decoded()) for session in (Session.objects.iterator() if owners else ()))
    ended = [(session, visit) for session, visit in sessions if visit.get(SESSION_KEY) in owners]
    for session, visit in ended:
        of_guest = {"_session_expiry", Guest.SESSION_KEY} if Guest.SESSION_KEY in visit else set()
        kept = {name: value for name, value in visit.items() if name in of_guest}
        Session.objects.save(session.pk, kept, session.expire_date)  # one with nothing in it is removed


def _free_demo_name() -> str:
    """Return a name that can be said aloud and that nobody has, such as demo-luvamiko."""
    while True:
        name = "demo-" + "".join(choice("bdfgklmnprstvz") + choice("aeiou") for _ in range(4))
        if not User.objects.filter(username=name).exists():
            return name


def taste_changed(rater: Rater) -> None:
    """Note that something changed from which the person's list is made: lists made before are stale."""
    Rater.objects.filter(pk=rater.pk).update(taste_version=F("taste_version") + 1)
    rater.refresh_from_db(fields=["taste_version"])
