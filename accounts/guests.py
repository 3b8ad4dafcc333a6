"""Who is reading a page: somebody with an account, a visitor who has already done something here, or nobody yet."""

from django.db import transaction
from django.http import HttpRequest

from accounts.models import Guest
from catalog.models import Rater

SESSION_KEY = "guest"


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


def reader(request: HttpRequest) -> dict[str, object]:
    """Give templates `reader`, the rater of whoever reads; it costs nothing until it is asked for."""
    return {"reader": lambda: rater_of(request)}
