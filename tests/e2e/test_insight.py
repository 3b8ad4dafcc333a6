"""My statistics, taste twins and a movie night, as people go through them."""

import re
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.looking import pick_three

pytestmark = pytest.mark.e2e

LIKED = ["Alien", "Blade Runner", "The Matrix", "The Terminator", "Interstellar", "Aliens"]
_names = count(1)


@pytest.fixture
def host(page: Page, demo_site: str) -> Page:
    """Somebody who has just signed up and rated six films on their own pages."""
    page.goto(f"{demo_site}/accounts/signup/")
    page.get_by_label("Username").fill(f"host{next(_names)}")
    page.get_by_label("Password").fill("in-space-no-one-hears")
    page.get_by_role("button", name="Sign up").click()
    for title in LIKED:
        page.goto(f"{demo_site}/search/?q={title}")
        page.locator(".card-link").filter(has_text=re.compile(rf"^\s*{title}\s")).first.click()
        page.get_by_role("radio", name="4½ stars", exact=True).click()
        expect(page.locator(".film-rating")).to_contain_text("Your rating:")
    return page


def test_statistics_say_what_was_liked_and_how_right_we_were(host: Page, demo_site: str) -> None:
    host.goto(f"{demo_site}/me/statistics/")
    expect(host.get_by_role("main")).to_contain_text("6 films, 4.5 stars on average")
    expect(host.get_by_role("heading", name=re.compile("We came within half a star"))).to_be_visible()
    table = host.locator("table").first
    expect(table).to_be_hidden()
    host.get_by_text("As a table").first.click()
    expect(table.get_by_role("row", name=re.compile("4½ stars 6"))).to_be_visible()
    host.get_by_role("link", name="2026").first.click()
    expect(host.get_by_role("heading", level=1)).to_have_text(re.compile(r"Your 20\d\d"))


@pytest.mark.thorough
def test_a_taste_is_shared_and_made_private_again(host: Page, demo_site: str) -> None:
    host.goto(f"{demo_site}/me/twins/")
    host.get_by_role("button", name="Share my taste").click()
    host.get_by_role("button", name="Make it private again").click()
    expect(host.get_by_role("button", name="Share my taste")).to_be_visible()


@pytest.fixture
def night(host: Page, demo_site: str) -> str:
    """The link to a night of the host, who has its page open."""
    host.goto(f"{demo_site}/nights/")
    host.get_by_label("What is it called?").fill("Friday at ours")
    host.get_by_role("button", name="Make it").click()
    expect(host.get_by_role("heading", name="Only you so far")).to_be_visible()
    return host.get_by_label("Send this link to the others").input_value()


def _join(guest: Page, link: str) -> None:
    guest.goto(link)
    guest.get_by_label("Your name").fill("Bob")
    guest.get_by_role("button", name="Join").click()
    expect(guest.get_by_role("heading", name="2 at this night")).to_be_visible()


def test_a_guest_joins_a_night_and_films_are_found_for_both(host: Page, night: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        guest = context.new_page()
        _join(guest, night)
        expect(guest.get_by_role("heading", name="What you like best together")).to_be_visible()
        host.reload()
        host.get_by_role("button", name="what nobody dislikes").click()
        expect(host.get_by_role("heading", name="What none of you dislikes")).to_be_visible()
        host.get_by_role("button", name="Remove Bob").click()
        guest.reload()
        expect(guest.get_by_role("button", name="Join")).to_be_visible()


@pytest.mark.thorough
def test_somebody_who_only_picked_kinds_of_films_is_welcome_at_a_night(
    host: Page, night: str, chromium: Browser, demo_site: str
) -> None:
    with chromium.new_context() as context:
        guest = context.new_page()
        pick_three(guest, demo_site)
        _join(guest, night)
        expect(guest.get_by_text("because of films like").first).to_be_visible()
        guest.goto(f"{demo_site}/me/taste/compare/")
        expect(guest.get_by_text("Because you picked films like").first).to_be_visible()


@pytest.mark.thorough
def test_the_host_sees_who_has_joined_without_reloading(host: Page, night: str, chromium: Browser) -> None:
    with chromium.new_context() as context:
        _join(context.new_page(), night)
        expect(host.get_by_role("button", name="Remove Bob")).to_be_visible(timeout=30_000)
