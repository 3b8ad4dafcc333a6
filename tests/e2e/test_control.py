"""Steering one's list, in a real browser on the whole site."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e

LIKED = ["Alien", "Blade Runner", "The Matrix"]


@pytest.fixture
def mine(page: Page, demo_site: str) -> Page:
    """Somebody with an account for trying the site who gave three films five stars."""
    _start(page, demo_site)
    for title in LIKED:
        _open(page, demo_site, title)
        page.get_by_role("radio", name="5 stars", exact=True).first.click()
        expect(page.locator(".film-rating")).to_contain_text("Your rating:")
    return page


def _start(page: Page, site: str) -> None:
    page.goto(f"{site}/auth/demo")
    page.get_by_role("button", name="Start").click()


def _open(page: Page, site: str, title: str) -> None:
    page.goto(f"{site}/search/?q={title}")
    page.locator(".card-link").filter(has_text=re.compile(rf"^\s*{title}\s")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def _titles(page: Page) -> list[str]:
    return page.locator("#list .card-title").all_inner_texts()


def test_a_slider_changes_the_list_at_once_by_keyboard_and_reset_brings_it_back(mine: Page, demo_site: str) -> None:
    page = mine
    page.goto(f"{demo_site}/me/taste/")
    before = _titles(page)
    page.get_by_role("radio", name="known or not").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#taste-state")).to_contain_text("Made your way")
    expect(page.get_by_role("radio", name="hidden gems")).to_be_focused()
    page.reload()
    expect(page.get_by_role("radio", name="hidden gems")).to_be_checked()
    steered = _titles(page)
    assert steered != before
    answer = page.request.get(f"{demo_site}/api/v1/recommendations/?n=20").json()
    assert [film["title"] for film in answer["results"]] == steered
    page.get_by_role("button", name="Reset all of it").click()
    expect(page.get_by_role("main")).to_contain_text("made as everybody’s again")
    assert _titles(page) == before


def test_a_reason_that_is_not_right_is_muted_where_it_is_named(mine: Page, demo_site: str) -> None:
    page = mine
    _open(page, demo_site, "Aliens")
    reasons = page.locator("#outlook .reasons")
    muted = reasons.locator("cite").first.inner_text()
    reasons.get_by_text("Not right?").first.click()
    reasons.get_by_role("button", name="Don’t use this rating").first.click()
    expect(page.locator("#toast")).to_contain_text(f"Your rating of {muted} no longer counts")
    expect(page.locator("#outlook")).not_to_contain_text(f"{muted} ★")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(reasons.locator("cite").first).to_have_text(muted)


@pytest.mark.thorough
def test_two_algorithms_are_compared(mine: Page, demo_site: str) -> None:
    page = mine
    page.goto(f"{demo_site}/me/taste/")
    page.get_by_role("link", name="Compare two of them").click()
    page.get_by_label("Right").select_option("popularity")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="The box office")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"\d+ of the first 20 films are on both lists"))


@pytest.mark.thorough
def test_more_like_this_but_newer_can_be_shared_as_an_address(mine: Page, demo_site: str) -> None:
    page = mine
    _open(page, demo_site, "Alien")
    page.get_by_role("link", name="Newer").click()
    expect(page).to_have_url(re.compile(r"like=newer"))
    expect(page.get_by_role("link", name="Newer")).to_have_attribute("aria-current", "true")
    newer = _titles(page)
    page.goto(page.url)
    assert _titles(page) == newer


@pytest.mark.thorough
def test_all_of_it_works_without_scripts(chromium: Browser, demo_site: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        _start(page, demo_site)
        page.goto(f"{demo_site}/me/taste/")
        before = _titles(page)
        page.get_by_role("radio", name="new films").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("main")).to_contain_text("Your list is made this way from now on")
        assert _titles(page) != before
