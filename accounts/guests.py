"""Who is reading a page: somebody with an account, a visitor who has already done something here, or nobody yet."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.models import (
    FilmList,
    Guest,
    HiddenMovie,
    MovieNight,
    MutedRating,
    PickedMovie,
    Seat,
    User,
    WatchlistEntry,
)
from catalog.models import Rater, Rating

SESSION_KEY = "guest"
_ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|headless", re.IGNORECASE)
_AHEAD = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")
LIFETIME = timedelta(days=30)
SEEN_AT_MOST_EVERY = timedelta(days=1)
_KEPT_FOR_THE_REQUEST = "_guest_of_session"
_ABOUT_FILMS = (HiddenMovie, WatchlistEntry, PickedMovie)


class MadeForAnother(ValueError):
    """Something sent from a page that was made for somebody who is not here now; the message is for whoever sent it."""


def rater_of(request: HttpRequest) -> Rater | None:
    """Return whose ratings this browser gives, or None for a visitor who has given none."""
    if request.user.is_authenticated:
        return request.user.rater
    number = request.session.get(SESSION_KEY)
    if number is None:
        return None
    kept: Rater | None = getattr(request, _KEPT_FOR_THE_REQUEST, None)
    if kept is None or kept.public_id != number:
        kept = _guest_numbered(number)
        if kept is not None:
            _keep_alive(request, kept)
        setattr(request, _KEPT_FOR_THE_REQUEST, kept)
    return kept


@transaction.atomic
def rater_or_guest(request: HttpRequest) -> Rater:
    """Return whose ratings this browser gives; a visitor becomes a guest, whom the session remembers.

    No model learns from guests.
    """
    rater = rater_of(request)
    if rater is None:
        rater = Rater.objects.create(trains=False)
        Guest.objects.create(rater=rater)
        request.session[SESSION_KEY] = rater.public_id
        request.session.set_expiry(LIFETIME)
    return rater


@contextmanager
def acting(request: HttpRequest) -> Iterator[Rater]:
    """Give whose ratings this browser gives while something is done.

    A visitor whose act is refused is still nobody, and leaves nothing behind.
    """
    rater = rater_of(request)
    if rater is not None:
        yield rater
        return
    try:
        with transaction.atomic():
            yield rater_or_guest(request)
    except Exception:
        if SESSION_KEY in request.session:
            _forget(request)
        raise


def refuse_for_another(request: HttpRequest) -> None:
    """Refuse what comes from a page or form that names somebody else than is here now. Raises MadeForAnother.

    A session can end while its pages stay open. What was made for a visitor may be sent by the guest they have become.
    """
    named = {request.headers.get("Made-For", ""), request.POST.get("made_for", "")} - {""}
    rater = rater_of(request) if named else None
    if named and rater is None:
        raise MadeForAnother("You have been signed out, and nothing was changed. Sign in, and do it again.")
    if rater is not None and named != {str(rater.public_id)}:
        raise MadeForAnother("This page is from before you signed in or out: nothing was changed. Please reload it.")


def is_looking(request: HttpRequest) -> bool:
    """Return whether somebody will look at the answer: no robot, and nothing that is fetched only in case."""
    ahead = any(word in request.headers.get(name, "").lower() for name in _AHEAD for word in ("prefetch", "preview"))
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and not ahead and not _ROBOT.search(agent)


def reader(request: HttpRequest) -> dict[str, object]:
    """Give templates `reader`, the rater of whoever reads; it costs nothing until it is asked for."""
    return {"reader": lambda: rater_of(request)}


def give_account(request: HttpRequest, user: User) -> int:
    """Let a new account that is not stored yet own all that the visitor did; return how many ratings that is.

    Called within the transaction that stores the account: from then on the rater is nobody's guest any more.
    """
    number = request.session.get(SESSION_KEY)
    rater = None if number is None else _guest_numbered(number, lock=True)
    if rater is None:
        return 0
    Guest.objects.filter(rater=rater).delete()
    rater.trains = not user.is_demo
    rater.save(update_fields=["trains"])
    user.rater = rater
    _forget(request)
    return rater.ratings.count()


def bring_along(sender: object, request: HttpRequest | None, user: User, **more: Any) -> None:
    """Whenever somebody signs in, let what they did before come along, and say so."""
    session = getattr(request, "session", None)
    if request is None or session is None or SESSION_KEY not in session:
        return
    guest = _guest_numbered(session[SESSION_KEY])
    _forget(request)
    if guest is not None:
        say_what_came_along(request, adopt(guest=guest, by=user.rater))


def say_what_came_along(request: HttpRequest, ratings: int) -> None:
    """Tell somebody with an account how many ratings they brought; of none nothing is said."""
    if ratings:
        words = "The film you rated before came along." if ratings == 1 else f"Your {ratings} ratings came along."
        messages.success(request, words, fail_silently=True)


@transaction.atomic
def adopt(*, guest: Rater, by: Rater) -> int:
    """Give a person what a guest did and erase the guest; return how many ratings came along.

    What the person has said of a film stays: only films they had nothing to say of come along.
    """
    # Whoever signs in twice at once does it one after the other; the second finds no guest.
    list(Rater.objects.select_for_update().filter(pk__in=[guest.pk, by.pk]).order_by("pk"))
    if not Guest.objects.filter(rater=guest).exists():
        return 0
    own = Rating.objects.filter(rater=by)
    muted = MutedRating.objects.filter(rater=guest).exclude(movie__in=list(own.values_list("movie", flat=True)))
    _hand_over(muted, MutedRating.objects.filter(rater=by), by)
    came = _hand_over(Rating.objects.filter(rater=guest), own, by)
    for kind in _ABOUT_FILMS:
        _hand_over(kind._default_manager.filter(rater=guest), kind._default_manager.filter(rater=by), by)
    _hand_over_what_others_see(guest, by)
    services.erase(raters=[guest])
    services.taste_changed(by)
    return came


def unseen(now: datetime) -> QuerySet[Rater]:
    """Return the guests who have not been here for LIFETIME at `now`."""
    return Rater.objects.filter(guest__seen_at__lt=now - LIFETIME)


def _guest_numbered(number: int, *, lock: bool = False) -> Rater | None:
    raters = Rater.objects.select_for_update(of=("self",)) if lock else Rater.objects.all()
    return raters.select_related("guest").filter(guest__isnull=False, public_id=number).first()


def _keep_alive(request: HttpRequest, rater: Rater) -> None:
    """Note that a guest is here, at most once a day, and let the session live as long as the guest.

    Looking comes first: on SQLite even an update of no row waits for whoever writes, and a page must not.
    """
    now = timezone.now()
    if rater.guest.seen_at >= now - SEEN_AT_MOST_EVERY:
        return
    if Guest.objects.filter(pk=rater.pk, seen_at__lt=now - SEEN_AT_MOST_EVERY).update(seen_at=now):
        request.session.set_expiry(LIFETIME)


def _forget(request: HttpRequest) -> None:
    del request.session[SESSION_KEY]
    request.session.set_expiry(None)


def _hand_over(given: QuerySet[Any], own: QuerySet[Any], to: Rater) -> int:
    """Let what was said of films belong to another rater, who has said nothing of them; return of how many."""
    return given.exclude(movie__in=list(own.values_list("movie", flat=True))).update(rater=to)


def _hand_over_what_others_see(guest: Rater, to: Rater) -> None:
    """Let lists whose names are free, movie nights, and seats at nights without a seat of one's own go along."""
    names = FilmList.objects.filter(owner=to).values("name")
    FilmList.objects.filter(owner=guest).exclude(name__in=list(names.values_list("name", flat=True))).update(owner=to)
    MovieNight.objects.filter(host=guest).update(host=to)
    nights = Seat.objects.filter(rater=to).values_list("night", flat=True)
    Seat.objects.filter(rater=guest).exclude(night__in=list(nights)).update(rater=to)
