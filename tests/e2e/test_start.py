"""From the first page to a list of one's own, and on to an account, as a newcomer goes: without reading any help."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.looking import pick_three

pytestmark = pytest.mark.e2e


def _at_rest(films: Locator) -> float:
    """Return how far a shelf is scrolled once it has stopped: it scrolls smoothly, and settles after a swap."""
    before, now = -1.0, 0.0
    while now != before:
        films.page.wait_for_timeout(300)
        before, now = now, films.evaluate("films => films.scrollLeft")
    return now


def test_three_kinds_of_films_give_a_visitor_a_list_which_an_account_keeps(page: Page, demo_site: str) -> None:
    pick_three(page, demo_site)
    assert Axe().run(page).violations_count == 0
    expect(page.locator(".card-reason").first).to_contain_text("Because you picked films like")
    titles = page.locator("#list .card-title").all_inner_texts()
    assert len(set(titles)) == len(titles) > 10
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_label("Username").fill("newcomer")
    page.get_by_label("Password").fill("in-space-no-one-hears")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Top picks")).to_be_visible()
    assert page.locator("#list .card-title").all_inner_texts() == titles


def test_ten_films_are_found_and_rated_from_the_start_page(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/start/rating/")
    rows = page.locator("section[aria-labelledby=known] .card.small")
    for row in range(9):
        rows.nth(row).get_by_role("radio", name="4 stars" if row % 2 else "2½ stars", exact=True).click()
        expect(rows.nth(row)).to_contain_text("Your rating:")
    page.get_by_label("A film you have seen").press_sequentially("blade runer")
    found = page.locator("#found .card.small").filter(has_text="Blade Runner").first
    found.get_by_role("radio", name="5 stars", exact=True).click()
    expect(page.locator("#progress-words")).to_contain_text("10 rated")
    page.get_by_role("link", name="Show me my films").click()
    expect(page.get_by_role("heading", name=re.compile("Because you gave Blade Runner"))).to_be_visible()
    expect(page.get_by_text("from 10 ratings of yours")).to_be_visible()


def test_shelves_scroll_by_arrows_and_stay_where_they_are_when_a_film_is_rated(page: Page, demo_site: str) -> None:
    pick_three(page, demo_site)
    page.set_viewport_size({"width": 768, "height": 900})
    shelf = page.locator("section.shelf").first
    back, on = shelf.get_by_role("button", name="Back", exact=True), shelf.get_by_role("button", name="On", exact=True)
    expect(back).to_be_disabled()
    on.click()
    expect(back).to_be_enabled()
    films = page.locator("#shelf-top")
    before = _at_rest(films)
    assert before > 100
    films.evaluate("films => { films.dataset.old = true }")
    page.locator(".card.large").get_by_role("radio", name="4 stars", exact=True).click()
    expect(page.locator("#toast")).to_contain_text("You gave")
    expect(page.locator("#shelf-top[data-old]")).to_have_count(0)
    assert _at_rest(films) == before
    films.focus()
    page.keyboard.press("ArrowLeft")
    assert _at_rest(films) < before


def test_the_first_rating_of_a_visitor_makes_the_first_page_theirs(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/")
    card = page.locator(".card.medium").first
    card.get_by_role("button", name="Rate").click()
    page.get_by_role("dialog").get_by_role("radio", name="5 stars", exact=True).click()
    expect(page.get_by_role("heading", name="Your list has begun")).to_be_visible()
    expect(page.locator("#progress-words")).to_have_text("1 of 5")
    expect(page.get_by_role("banner").get_by_role("link", name="Watchlist")).to_be_visible()


def test_without_scripts_three_kinds_give_a_list_too(chromium: Browser, demo_site: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{demo_site}/start/")
        page.get_by_role("button", name="Show me my films").click()
        expect(page.get_by_role("alert")).to_have_text("Please pick three of them.")
        for place in range(3):
            page.get_by_role("checkbox").nth(place).check()
        page.get_by_role("button", name="Show me my films").click()
        expect(page.get_by_role("heading", name="Top picks")).to_be_visible()
        expect(page.locator(".shelf-arrows").first).to_be_hidden()


def test_a_button_that_is_pressed_twice_does_it_once(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/nights/")
    page.get_by_label("What is it called?").fill("Twice")
    page.get_by_label("Your name").fill("Ann")
    page.get_by_role("button", name="Make it").dblclick()
    expect(page.get_by_role("heading", name="Only you so far")).to_be_visible()
    page.goto(f"{demo_site}/nights/")
    expect(page.get_by_role("link", name="Twice")).to_have_count(1)
