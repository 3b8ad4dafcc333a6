"""How every page looks and behaves in a real browser: by day and by night, on a phone and on a desk, by keyboard."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.looking import Watched

pytestmark = pytest.mark.e2e

VISITORS_PAGES = (
    "/", "/films/", "/films/?genre=horror&year_to=1900", "/films/?watchlist=no&genre=drama&stars_from=4", "/films/1/",
    "/search/", "/search/?q=godfather", "/search/?q=nothing+of+the+kind", "/accounts/login/", "/accounts/signup/",
    "/accounts/password/reset/", "/auth/demo", "/start/", "/start/rating/", "/start/rating/?q=alien", "/nowhere",
    "/me/", "/me/watchlist/", "/me/lists/", "/me/taste/", "/me/import/", "/nights/",
)  # fmt: skip
OWN_PAGES = (
    "/", "/films/?order=newest", "/films/?rated=no&stars_from=4", "/films/2/", "/films/2/?like=older", "/me/",
    "/me/ratings/", "/me/taste/", "/me/taste/compare/", "/me/statistics/", "/me/twins/", "/me/watchlist/",
    "/me/hidden/", "/me/lists/", "/me/import/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/",
)  # fmt: skip


@pytest.fixture
def mine(page: Page, demo_site: str) -> Watched:
    """Somebody with an account for trying the site, on the home page."""
    watched = Watched(page, demo_site)
    _start(watched)
    return watched


def _start(watched: Watched) -> None:
    watched.open("/auth/demo")
    watched.page.get_by_role("button", name="Start").click()
    expect(watched.page.locator("#progress-words")).to_have_text("0 of 5")


def test_the_first_pages_are_open_to_everybody(page: Page, demo_site: str) -> None:
    watched = Watched(page, demo_site)
    for address in ("/", "/films/1/"):
        watched.open(address)
        watched.look()


@pytest.mark.thorough
def test_every_page_of_a_visitor_is_open_to_everybody(page: Page, demo_site: str) -> None:
    watched = Watched(page, demo_site)
    for address in VISITORS_PAGES:
        watched.open(address)
        watched.look()


@pytest.mark.thorough
def test_every_page_of_a_person_is_open_to_everybody(mine: Watched) -> None:
    page = mine.page
    for row in range(5):
        card = page.locator(".card.small").nth(row)
        card.get_by_role("radio", name="4 stars", exact=True).click()
        expect(card).to_contain_text("Your rating:")
    _keep_something(mine)
    # Going on cuts requests off, of which the browser complains.
    mine.complaints.clear()
    for address in OWN_PAGES:
        mine.open(address)
        mine.look()
    for address, button in (("/me/lists/", "For Sundays"), ("/nights/", "Friday at ours"), ("/me/statistics/", "20")):
        mine.open(address)
        page.get_by_role("main").get_by_role("link", name=button).first.click()
        page.wait_for_load_state("networkidle")
        mine.look()


def _keep_something(mine: Watched) -> None:
    """Let no page be empty: a film to watch, one that is not wanted, a list, a night, a taste that is shared."""
    for address, button in (("/films/1/", "Add to watchlist"), ("/films/3/", "Not interested")):
        mine.open(address)
        mine.page.get_by_role("button", name=button).first.click()
        expect(mine.page.locator("#toast .toast")).to_be_visible()
    mine.open("/me/lists/")
    mine.page.get_by_label("Name").fill("For Sundays")
    mine.page.get_by_role("button", name="Make it").click()
    mine.open("/nights/")
    mine.page.get_by_label("What is it called?").fill("Friday at ours")
    mine.page.get_by_role("button", name="Make it").click()
    mine.open("/me/twins/")
    mine.page.get_by_role("button", name="Share my taste").click()


def test_arrow_keys_choose_and_only_enter_saves(mine: Watched) -> None:
    page = mine.page
    row = page.locator(".card.small").first
    row.get_by_role("radio").first.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(row.get_by_role("radio", name="3½ stars")).to_be_checked()
    expect(page.locator("#progress-words")).to_have_text("0 of 5")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("Your rating: 3½")
    expect(row.get_by_role("radio", name="3½ stars")).to_be_focused()


def test_leaving_the_stars_saves_what_was_chosen_by_keyboard(mine: Watched) -> None:
    page = mine.page
    row = page.locator(".card.small").first
    row.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    page.locator("#content").focus()
    expect(row).to_contain_text("Your rating: 1")


def test_a_film_is_rated_from_its_card_by_keyboard_alone(mine: Watched) -> None:
    page = mine.page
    card = page.locator("#list .card.medium").first
    title = card.locator(".card-title").inner_text()
    card.get_by_role("button", name="Rate").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name=title).get_by_role("radio").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text(f"You gave {title}")
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#list .card-title").first).not_to_have_text(title)


@pytest.mark.thorough
def test_a_sheet_that_is_closed_leads_back_to_its_button(mine: Watched) -> None:
    opener = mine.page.locator("#list .card.medium").first.get_by_role("button", name="Rate")
    opener.click()
    expect(mine.page.get_by_role("dialog")).to_be_visible()
    mine.look()
    mine.page.keyboard.press("Escape")
    expect(mine.page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_ratings_in_quick_succession_all_count(mine: Watched) -> None:
    for row in range(4):
        mine.page.locator(".card.small").nth(row).get_by_role("radio", name="5 stars", exact=True).click()
    expect(mine.page.locator("#progress-words")).to_have_text("4 of 5")


def test_what_was_just_done_can_be_undone_in_one_step(mine: Watched) -> None:
    page = mine.page
    row = page.locator(".card.small").first
    row.get_by_role("radio", name="5 stars", exact=True).click()
    expect(row).to_contain_text("Your rating: 5")
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("Not rated yet")
    expect(page.locator("#progress-words")).to_have_text("0 of 5")


def test_stars_are_large_enough_for_a_finger(chromium: Browser, demo_site: str) -> None:
    with chromium.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True) as context:
        phone = Watched(context.new_page(), demo_site)
        _start(phone)
        box = phone.page.get_by_role("radio", name="½ star", exact=True).first.bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) >= (24, 44)


def test_stars_chosen_while_others_are_being_saved_are_what_is_kept(mine: Watched) -> None:
    page = mine.page
    row = page.locator(".card.small").first
    page.route("**/rate", lambda route: (page.wait_for_timeout(400), route.continue_())[1])
    row.get_by_role("radio", name="3 stars", exact=True).click(no_wait_after=True)
    row.get_by_role("radio", name="4 stars", exact=True).click()
    expect(row).to_contain_text("Your rating: 4")
    mine.open("/me/ratings/")
    expect(page.locator("#content")).to_contain_text("Your rating: 4")
