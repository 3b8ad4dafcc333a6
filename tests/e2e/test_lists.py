"""What a person keeps, in a real browser: a watchlist, a list to share, a search to come back to."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e


@pytest.fixture
def started(page: Page, demo_site: str) -> Page:
    """Somebody with an account for trying the site."""
    page.goto(f"{demo_site}/auth/demo")
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#progress-words")).to_have_text("0 of 5")
    return page


def _open(page: Page, site: str, number: int) -> str:
    """Open the page of a film and return its title."""
    page.goto(f"{site}/films/{number}/")
    return re.sub(r"\s+\d{4}$", "", page.get_by_role("heading", level=1).inner_text())


def test_a_film_waits_on_the_watchlist_until_it_is_rated_and_undo_brings_it_back(
    started: Page, demo_site: str
) -> None:
    title = _open(started, demo_site, 1)
    started.get_by_role("button", name="Add to watchlist").first.click()
    expect(started.get_by_role("status").last).to_contain_text("is on your watchlist")
    started.goto(f"{demo_site}/me/watchlist/")
    started.get_by_role("button", name=f"Rate {title}").click()
    started.get_by_role("radio", name="4 stars", exact=True).click()
    expect(started.locator("#toast")).to_contain_text("it is off your watchlist")
    expect(started.locator("#list")).to_contain_text("There is nothing on your watchlist")
    started.get_by_role("button", name="Undo").click()
    expect(started.locator("#list")).to_contain_text(title)


def test_a_list_is_made_put_in_order_shared_and_given_up(started: Page, demo_site: str, chromium: Browser) -> None:
    titles = []
    for number in (1, 2):
        titles.append(_open(started, demo_site, number))
        started.get_by_text("Add to a list").click()
        if number == 1:
            started.get_by_label("A new list called").fill("For Sundays")
        started.get_by_role("button", name="Add", exact=True).click()
        expect(started.get_by_text("is on “For Sundays”")).to_be_visible()
    started.get_by_role("link", name="For Sundays").click()
    started.get_by_role("button", name=f"Up {titles[1]}").click()
    expect(started.locator(".card-title").first).to_have_text(titles[1])
    started.get_by_label(f"Your note on {titles[1]}").fill("With Bob")
    started.get_by_role("button", name=f"Save the note on {titles[1]}").click()
    started.get_by_text("Share", exact=True).click()
    started.get_by_role("button", name="Make a link").click()
    link = started.get_by_label("Whoever has this link").input_value()
    with chromium.new_context() as context:
        visitor = context.new_page()
        visitor.goto(link)
        expect(visitor.get_by_text("With Bob")).to_be_visible()
        started.get_by_role("button", name="Stop sharing").click()
        expect(started.get_by_text("The link does not work any more")).to_be_visible()
        answer = visitor.reload()
        assert answer is not None
        assert answer.status == 404


@pytest.mark.thorough
def test_filters_hold_until_they_are_dropped_one_by_one(started: Page, demo_site: str) -> None:
    started.goto(f"{demo_site}/films/?genre_not=horror&year_from=1990&order=title")
    started.get_by_role("link", name="Next").click()
    used = started.get_by_role("navigation", name="Filters in use")
    expect(used.get_by_role("listitem")).to_have_count(3)
    used.get_by_role("link", name="Drop “from 1990”").click()
    expect(started).to_have_url(re.compile(r"genre_not=horror&order=title$"))
