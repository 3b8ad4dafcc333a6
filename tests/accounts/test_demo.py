"""Demo accounts: powerless, apart from each other, and gone within a day."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import services
from accounts.models import DEMO_LIFETIME, User
from accounts.tasks import purge_demo_accounts
from catalog.models import Rater, Rating
from tests.films import NOON, account, film, rated

pytestmark = pytest.mark.django_db


def test_a_demo_account_has_a_name_that_can_be_said_aloud_and_no_password() -> None:
    demo = services.create_demo_account(at=NOON)
    assert demo.username.startswith("demo-")
    assert demo.is_demo
    assert not demo.has_usable_password()


def test_a_demo_account_has_no_privilege_and_no_model_learns_from_it() -> None:
    demo = services.create_demo_account(at=NOON)
    assert (demo.is_staff, demo.is_superuser) == (False, False)
    assert demo.get_all_permissions() == set()
    assert demo.rater.trains is False


def test_every_visitor_has_an_account_of_their_own() -> None:
    made = [services.create_demo_account(at=NOON) for _ in range(20)]
    assert len({demo.username for demo in made}) == len({demo.rater_id for demo in made}) == 20


def test_after_a_day_nothing_of_a_demo_account_is_left(client: Client) -> None:
    demo, heat = services.create_demo_account(at=NOON), film("Heat (1995)")
    rated(demo.rater, heat)
    client.force_login(demo)
    with time_machine.travel(NOON + DEMO_LIFETIME + timedelta(seconds=1)):
        purge_demo_accounts()
    for model in (User, Rater, Rating, Session):
        assert not model.objects.exists(), model
    heat.refresh_from_db()
    assert heat.rating_count == 0


def test_demo_accounts_of_today_and_real_accounts_stay() -> None:
    old, today, ada = services.create_demo_account(at=NOON), services.create_demo_account(at=NOON), account()
    User.objects.filter(pk__in=[old.pk, ada.pk]).update(date_joined=NOON - DEMO_LIFETIME)
    with time_machine.travel(NOON + timedelta(hours=1)):
        purge_demo_accounts()
    assert set(User.objects.all()) == {today, ada}
