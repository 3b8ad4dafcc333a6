"""The whole way, from the first page to an account and what it keeps, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]

MOST_TABS = 250
NAME = """() => {
  const here = document.activeElement;
  if (!here.matches("a, button, input, select, summary, textarea")) return "";
  return here.ariaLabel ?? here.labels?.[0]?.innerText ?? here.innerText;
}"""


def _go_to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus, and see that it shows it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(NAME) or ""):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"Tab does not lead to {name}")


def _press(page: Page, name: str, key: str = "Enter") -> None:
    _go_to(page, name)
    page.keyboard.press(key)


def _write(page: Page, name: str, words: str) -> None:
    _go_to(page, name)
    page.keyboard.type(words)


def test_films_are_found_rated_and_kept_by_keyboard_alone(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/")
    _press(page, "Find my films")
    expect(page).to_have_url(re.compile("/start/"))
    groups = page.locator(".taste-group label").all_inner_texts()
    for group in groups[:3]:
        _press(page, re.escape(group.splitlines()[0]), "Space")
    _press(page, "Show me my films")
    expect(page.get_by_role("heading", name="Top picks")).to_be_visible()
    _press(page, r"^Rate\s(?!films you)")
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_focused()
    for key in ["ArrowRight"] * 7 + ["Enter"]:
        page.keyboard.press(key)
    expect(page.locator("#toast")).to_contain_text("4 stars")
    _write(page, "Find a film", "blade runer\n")
    expect(page).to_have_url(re.compile("/search/"))
    _press(page, "^Blade Runner")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Blade Runner")
    _press(page, "Add to watchlist")
    expect(page.locator("#toast")).to_contain_text("is on your watchlist")
    _press(page, "^Newer")
    expect(page).to_have_url(re.compile("like=newer"))


def test_a_list_is_steered_and_kept_by_keyboard_alone(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/accounts/signup/")
    _write(page, "Username", "keys")
    _write(page, "Password", "in-space-no-one-hears")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{demo_site}/films/")
    _go_to(page, "In order of")
    page.keyboard.type("new")
    _press(page, "^Show$")
    expect(page).to_have_url(re.compile("order=newest"))
    page.goto(f"{demo_site}/nights/")
    _write(page, "What is it called", "Friday\n")
    expect(page.get_by_role("heading", name="Only you so far")).to_be_visible()
    page.goto(f"{demo_site}/me/lists/")
    _write(page, "Name", "For Sundays\n")
    expect(page.get_by_role("heading", level=1)).to_have_text("For Sundays")
    _press(page, "Sign out")
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
