"""What a person does, in a real browser on the whole site: web server, worker, beat, and the sample."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

SCIENCE_FICTION = ["Alien", "Blade Runner", "The Matrix", "The Terminator", "Interstellar"]
_names = count(1)


@pytest.fixture
def signed_up(page: Page, demo_site: str) -> Page:
    """Somebody who has just signed up, on the home page."""
    page.goto(f"{demo_site}/")
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_label("Username").fill(f"ripley{next(_names)}")
    page.get_by_label("Password").fill("in-space-no-one-hears")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Rate five films and this page becomes yours")).to_be_visible()
    return page


def _open(page: Page, title: str) -> None:
    """Find a film by its title and open its page."""
    page.get_by_role("searchbox").fill(title)
    page.get_by_role("button", name="Search").click()
    page.locator(".card-link").filter(has_text=re.compile(rf"^\s*{title}\s")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)


def _rate(page: Page, title: str, words: str) -> None:
    _open(page, title)
    page.get_by_role("radio", name=words, exact=True).click()
    expect(page.locator(".film-rating")).to_contain_text("Your rating:")


def _listed(page: Page, site: str) -> list[str]:
    """Return the titles of the person's list as the home page shows them, best first."""
    page.goto(f"{site}/")
    return page.locator("#list .card-title").all_inner_texts()


def test_five_science_fiction_films_make_the_list_science_fiction_and_taking_them_back_undoes_it(
    signed_up: Page, demo_site: str
) -> None:
    page = signed_up
    before = _listed(page, demo_site)
    for title in SCIENCE_FICTION:
        _rate(page, title, "5 stars")
    after = _listed(page, demo_site)
    assert after != before
    answer = page.request.get(f"{demo_site}/api/v1/recommendations/?n=10").json()
    assert [film["title"] for film in answer["results"]] == after[:10]
    assert sum("Sci-Fi" in film["genres"] for film in answer["results"]) > 5
    reasons = page.locator("#list cite").all_inner_texts()
    assert reasons
    assert set(reasons) <= set(SCIENCE_FICTION)

    for title in SCIENCE_FICTION:
        _open(page, title)
        page.get_by_role("button", name="Take back").click()
        expect(page.locator(".film-rating")).not_to_contain_text("Your rating:")
    assert _listed(page, demo_site) == before


def test_a_films_page_says_what_is_foreseen_and_why_and_follows_a_rating(signed_up: Page) -> None:
    page = signed_up
    for title in SCIENCE_FICTION[:3]:
        _rate(page, title, "5 stars")
    _open(page, "Aliens")
    outlook = page.locator("#outlook")
    expect(outlook).to_contain_text(re.compile(r"Four times in five it will be between \d\.\d and \d\.\d"))
    expect(outlook).to_contain_text(re.compile(r"Based on \d similar films? you rated"))
    page.get_by_role("radio", name="3 stars", exact=True).first.click()
    expect(outlook).to_contain_text("Without your rating we would say")
    reason = outlook.get_by_role("listitem").get_by_role("link").first
    title = reason.inner_text()
    assert title in SCIENCE_FICTION[:3]
    reason.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator(".film-rating")).to_contain_text("Your rating: 5")


def test_a_rating_made_on_the_home_page_changes_the_list_without_leaving_it(signed_up: Page) -> None:
    page = signed_up
    first = page.locator("#list .card-title").first.inner_text()
    page.locator(".card.small").first.get_by_role("radio", name="5 stars", exact=True).click()
    expect(page.locator("#progress-words")).to_have_text("1 of 5")
    expect(page.locator("#list-name")).to_have_text("For you")
    expect(page.locator("#list .card-title").first).not_to_have_text(first)


def test_a_film_that_is_not_wanted_is_gone_and_can_come_back(signed_up: Page, demo_site: str) -> None:
    page = signed_up
    unwanted = _listed(page, demo_site)[0]
    page.locator("#list").get_by_role("button", name="Not interested").first.click()
    expect(page.locator("#list .card-title").first).not_to_have_text(unwanted)
    page.goto(f"{demo_site}/me/hidden/")
    page.get_by_role("button", name="Show again").first.click()
    expect(page.get_by_role("button", name="Show again")).to_have_count(0)
    assert unwanted in _listed(page, demo_site)


def test_signing_out_and_in_again_keeps_what_was_rated(signed_up: Page, demo_site: str) -> None:
    page = signed_up
    _rate(page, "Alien", "4½ stars")
    name = page.get_by_role("navigation", name="Account").get_by_role("link").inner_text().split()[-1]
    page.get_by_role("button", name="Sign out").click()
    if page.get_by_role("main").get_by_role("button", name="Sign out").count():
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{demo_site}/accounts/login/")
    page.get_by_label("Username or email").or_(page.get_by_label("Login")).first.fill(name)
    page.get_by_label("Password").fill("in-space-no-one-hears")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{demo_site}/me/ratings/")
    expect(page.get_by_role("main")).to_contain_text("Alien")


def test_one_click_lets_a_visitor_in(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/auth/demo")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Rate five films and this page becomes yours")).to_be_visible()


def test_everything_works_without_scripts(chromium, demo_site: str) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{demo_site}/auth/demo")
        page.get_by_role("button", name="Start").click()
        card = page.locator(".card.small").first
        title = card.locator(".card-title").inner_text()
        card.get_by_role("radio", name="4 stars", exact=True).check()
        card.get_by_role("button", name="Save").click()
        expect(page.locator("#progress-words")).to_have_text("1 of 5")
        page.goto(f"{demo_site}/me/ratings/")
        expect(page.get_by_role("main")).to_contain_text(title)
