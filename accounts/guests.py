"""Who is reading a page: somebody with an account, a visitor who has already done something here, or nobody yet."""

import re

from django.db import transaction
from django.http import HttpRequest

from accounts.models import Guest
from catalog.models import Rater

SESSION_KEY = "guest"
_ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|headless", re.IGNORECASE)
_AHEAD = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


def rater_of(request: HttpRequest) -> Rater | None:
    """Return whose ratings this browser gives, or None for a visitor who has given none."""
    if request.user.is_authenticated:
        return request.user.rater
    number = request.session.get(SESSION_KEY)
    if number is None:
        return None
    return Rater.objects.filter(guest__isnull=False, public_id=number).first()


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
    return rater


def is_looking(request: HttpRequest) -> bool:
    """Return whether somebody will look at the answer: no robot, and nothing that is fetched only in case."""
    ahead = any(word in request.headers.get(name, "").lower() for name in _AHEAD for word in ("prefetch", "preview"))
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and not ahead and not _ROBOT.search(agent)


def reader(request: HttpRequest) -> dict[str, object]:
    """Give templates `reader`, the rater of whoever reads; it costs nothing until it is asked for."""
    return {"reader": lambda: rater_of(request)}
