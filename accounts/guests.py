"""Who is reading a page: somebody with an account, a visitor who has already done something here, or nobody yet."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.adopting import CameAlong, adopt, kept_by
from accounts.importing.pending import PendingFiles
from accounts.models import Guest, User
from catalog.models import Rater

SESSION_KEY = Guest.SESSION_KEY
_ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|headless", re.IGNORECASE)
_AHEAD = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")
LIFETIME = timedelta(days=30)
SEEN_AT_MOST_EVERY = timedelta(days=1)
_KEPT_FOR_THE_REQUEST = "_guest_of_session"


class MadeForAnother(ValueError):
    """Something sent from a page that was made for somebody else than is here now; the message is for the sender."""


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
        remember(request, rater.public_id)
    return rater


def remember(request: HttpRequest, public_id: int) -> None:
    """Let the session know a guest for as long as guests are kept."""
    request.session[SESSION_KEY] = public_id
    request.session.set_expiry(LIFETIME)


def forget(request: HttpRequest) -> None:
    """Let the session know no guest any more."""
    if SESSION_KEY in request.session:
        del request.session[SESSION_KEY]
        request.session.set_expiry(None)


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
        forget(request)
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


def give_account(request: HttpRequest, user: User) -> CameAlong:
    """Let a new account that is not stored yet own all that the visitor did; return what that is.

    Called within the transaction that stores the account: from then on the rater is nobody's guest any more, and the
    session may `forget` it.
    """
    number = request.session.get(SESSION_KEY)
    rater = None if number is None else _guest_numbered(number, lock=True)
    if rater is None:
        return CameAlong()
    Guest.objects.filter(rater=rater).delete()
    rater.trains = True
    rater.save(update_fields=["trains"])
    user.rater = rater
    return kept_by(rater)


def bring_along(sender: object, request: HttpRequest | None, user: User, **more: Any) -> None:
    """Whenever somebody signs in, let what they did before come along, and say so.

    Not into a demo account, with which it would be gone within a day: there the guest waits in the session.
    """
    session = getattr(request, "session", None)
    if request is None or session is None or SESSION_KEY not in session or user.is_demo:
        return
    guest = _guest_numbered(session[SESSION_KEY])
    forget(request)
    if guest is not None:
        came = adopt(guest=guest, by=user.rater)
        PendingFiles(Path(settings.VAR_DIR, "imports")).hand_over(guest, user.rater)
        say_what_came_along(request, came)


def say_what_came_along(request: HttpRequest, came: CameAlong) -> None:
    """Tell somebody with an account what they brought; of nothing nothing is said."""
    if came.words:
        messages.success(request, came.words, fail_silently=True)


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
