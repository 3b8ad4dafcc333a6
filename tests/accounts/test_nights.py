"""Movie nights: who may sit where, and under which name."""

import pytest

from accounts import nights
from accounts.models import MovieNight, User
from accounts.nights import NightRefused
from catalog.models import Rater
from tests.films import film, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def friday(ada: User) -> MovieNight:
    """A night at which only its host sits."""
    return nights.make_night(host=ada.rater, name="Friday", host_name="Ada")


def seated(night: MovieNight) -> list[str]:
    return [seat.name for seat in night.seats.all()]


def test_the_host_has_the_first_seat(friday: MovieNight) -> None:
    assert seated(friday) == ["Ada"]
    assert len(friday.token) >= 20


def test_there_are_twelve_seats(friday: MovieNight) -> None:
    for number in range(11):
        nights.take_seat(night=friday, rater=Rater.objects.create(), name=f"Guest {number}")
    with pytest.raises(NightRefused, match="All 12 seats are taken"):
        nights.take_seat(night=friday, rater=Rater.objects.create(), name="Late")
    assert len(seated(friday)) == 12


def test_two_people_cannot_have_one_name(friday: MovieNight) -> None:
    with pytest.raises(NightRefused, match="called ADA already"):
        nights.take_seat(night=friday, rater=Rater.objects.create(), name="ADA")


def test_joining_twice_gives_one_seat_with_the_newer_name(friday: MovieNight) -> None:
    guest = Rater.objects.create()
    for name in ("Bob", "Bob", "Robert"):
        nights.take_seat(night=friday, rater=guest, name=name)
    assert seated(friday) == ["Ada", "Robert"]


def test_members_leave_and_the_host_stays(friday: MovieNight, ada: User) -> None:
    guest = Rater.objects.create()
    nights.take_seat(night=friday, rater=guest, name="Bob")
    nights.leave(night=friday, rater=guest)
    with pytest.raises(NightRefused, match="end the night"):
        nights.leave(night=friday, rater=ada.rater)
    assert seated(friday) == ["Ada"]


def test_only_a_seat_of_this_night_and_not_the_hosts_is_freed(friday: MovieNight) -> None:
    host = Rater.objects.create()
    other = nights.make_night(host=host, name="Saturday", host_name="Eve")
    for seat in (*friday.seats.all(), *other.seats.all()):
        assert nights.free_seat(night=friday, seat=seat.pk) == ""
    bob = nights.take_seat(night=friday, rater=Rater.objects.create(), name="Bob")
    assert nights.free_seat(night=friday, seat=bob.pk) == "Bob"
    assert (seated(friday), seated(other)) == (["Ada"], ["Eve"])


def test_an_unknown_rule_is_refused_and_nothing_changes(friday: MovieNight) -> None:
    nights.set_rule(night=friday, rule="least_misery")
    with pytest.raises(NightRefused):
        nights.set_rule(night=friday, rule="dictator")
    friday.refresh_from_db()
    assert friday.rule == "least_misery"


def test_what_was_rated_at_a_night_outlives_it(friday: MovieNight, ada: User) -> None:
    rated(ada.rater, film("Heat (1995)"))
    nights.end_night(night=friday)
    assert ada.rater.ratings.count() == 1
    assert not MovieNight.objects.exists()


def test_who_comes_as_the_night_ends_is_told_so(friday: MovieNight) -> None:
    MovieNight.objects.all().delete()
    with pytest.raises(NightRefused, match="just ended"):
        nights.take_seat(night=friday, rater=Rater.objects.create(), name="Late")


def test_nobody_hosts_nights_without_end(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights, "MOST_NIGHTS", 2)
    for name in ("Friday", "Saturday"):
        nights.make_night(host=ada.rater, name=name, host_name="Ada")
    with pytest.raises(NightRefused, match="End one of them first"):
        nights.make_night(host=ada.rater, name="Sunday", host_name="Ada")
