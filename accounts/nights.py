"""Movie nights: the only writers of nights and seats."""

from django.db import transaction

from accounts.models import MovieNight, Seat
from accounts.services import lock_rater
from catalog.models import Rater

MOST_SEATS = 12
MOST_NIGHTS = 50
NAME_LENGTH = 60


class NightRefused(ValueError):
    """Something that cannot be done at a movie night; the message is for the person who tried."""


@transaction.atomic
def make_night(*, host: Rater, name: str, host_name: str) -> MovieNight:
    """Make a night called `name`, at which the host has the first seat."""
    lock_rater(host.pk)
    if MovieNight.objects.filter(host=host).count() >= MOST_NIGHTS:
        raise NightRefused(f"You host {MOST_NIGHTS} movie nights already. End one of them first.")
    night = MovieNight.objects.create(host=host, name=name)
    Seat.objects.create(night=night, rater=host, name=host_name)
    return night


@transaction.atomic
def take_seat(*, night: MovieNight, rater: Rater, name: str) -> Seat:
    """Seat `rater` under `name`; whoever has a seat already takes the new name. Raises NightRefused."""
    lock_rater(rater.pk)
    # One after the other, so that two people cannot both take the last seat, or one name.
    if MovieNight.objects.select_for_update().filter(pk=night.pk).first() is None:
        raise NightRefused("This night has just ended.")
    seats = list(night.seats.all())
    own = next((seat for seat in seats if seat.rater_id == rater.pk), None)
    if any(seat.name.casefold() == name.casefold() for seat in seats if seat is not own):
        raise NightRefused(f"Somebody here is called {name} already. Add a letter, so that you can be told apart.")
    if own is None and len(seats) >= MOST_SEATS:
        raise NightRefused(f"All {MOST_SEATS} seats are taken. The host can free one.")
    seat = own or Seat(night=night, rater=rater)
    seat.name = name
    seat.save()
    return seat


@transaction.atomic
def leave(*, night: MovieNight, rater: Rater) -> None:
    """Free `rater`'s seat. The host stays as long as the night lasts: raises NightRefused."""
    if night.host_id == rater.pk:
        raise NightRefused("You are the host. You can end the night, but not leave it.")
    Seat.objects.filter(night=night, rater=rater).delete()


@transaction.atomic
def free_seat(*, night: MovieNight, seat: int) -> str:
    """Take somebody other than the host off the night, by the seat's key; return their name, empty if gone already."""
    found = Seat.objects.filter(night=night, pk=seat).exclude(rater=night.host_id).first()
    if found is None:
        return ""
    found.delete()
    return found.name


@transaction.atomic
def set_rule(*, night: MovieNight, rule: str) -> None:
    """Choose films by another rule. Raises NightRefused for one that there is not."""
    if rule not in MovieNight.Rule.values:
        raise NightRefused("Choose one of the two rules.")
    MovieNight.objects.filter(pk=night.pk).update(rule=rule)
    night.rule = rule


@transaction.atomic
def end_night(*, night: MovieNight) -> None:
    """Remove the night with its seats; ratings that were given there stay with those who gave them."""
    night.delete()
