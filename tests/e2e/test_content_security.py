"""The admin and the API's page in a real browser: our content security policy has nothing to complain about."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from recommendations.models import TrainingRun
from tests.films import account, film, rated

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains about."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


@pytest.fixture
def owner(page: Page, live_server: LiveServer) -> Page:
    """A page of the owner, who is signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("owner"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return page


def test_the_admins_main_pages_run_as_they_are_served(
    owner: Page, live_server: LiveServer, complaints: list[str]
) -> None:
    heat, ada, run = film("Heat (1995)", "Crime"), account("ada"), TrainingRun.objects.create()
    rated(ada.rater, heat)
    rows = [heat, heat.genres.get(), ada, ada.rater, ada.rater.ratings.get(), run]
    names = {row: f"admin:{row._meta.app_label}_{row._meta.model_name}" for row in rows}
    paths = [reverse("admin:index"), reverse("admin:django_celery_beat_periodictask_add")]
    paths += [reverse(f"{name}_changelist") for name in names.values()]
    paths += [reverse(f"{name}_change", args=[row.pk]) for row, name in names.items()]
    for path in paths:
        owner.goto(live_server.url + path)
        assert (path, complaints) == (path, [])


def test_the_owner_finds_a_film_to_rate_and_retrains_with_a_click(
    owner: Page, live_server: LiveServer, complaints: list[str]
) -> None:
    film("Heat (1995)")
    owner.goto(live_server.url + reverse("admin:catalog_rating_add"))
    owner.locator(".field-movie .select2-selection").click()
    owner.keyboard.type("heat")
    expect(owner.locator(".select2-results__option", has_text="Heat (1995)")).to_be_visible()
    owner.goto(live_server.url + reverse("admin:recommendations_trainingrun_changelist"))
    owner.get_by_role("button", name="Retrain now").click()
    expect(owner.locator(".messagelist")).to_contain_text("waits for a worker")
    assert complaints == []


def test_swagger_asks_the_api_from_its_own_page(page: Page, live_server: LiveServer, complaints: list[str]) -> None:
    film("Heat (1995)")
    hosts = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if request.url[:4] == "http" else None)
    page.goto(f"{live_server.url}{reverse('api:docs')}")
    page.locator("#operations-movies-movies_list .opblock-summary").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")
    assert (complaints, hosts) == ([], {live_server.url.split("/")[2]})
