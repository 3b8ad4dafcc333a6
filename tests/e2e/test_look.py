"""How every page looks and behaves in a real browser: by day and by night, on a phone and on a desk, by keyboard."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

pytestmark = pytest.mark.e2e

WIDTHS = (360, 768, 1280)
VISITORS_PAGES = (
    "/", "/films/", "/films/?genre=horror&year_to=1900", "/films/1/", "/search/", "/search/?q=godfather",
    "/search/?q=nothing+of+the+kind", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
    "/auth/demo", "/nowhere",
)  # fmt: skip
OWN_PAGES = (
    "/", "/films/?order=newest", "/films/2/", "/films/2/?like=older", "/me/ratings/", "/me/taste/",
    "/me/taste/compare/", "/accounts/logout/",
)  # fmt: skip


class Watched:
    """A page whose complaints are written down."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site, self.complaints = page, site, []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._see(request.url))

    def open(self, address: str) -> None:
        self.page.goto(f"{self.site}{address}")
        self.page.wait_for_load_state("networkidle")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "404 (Not Found)" not in message.text:
            self.complaints.append(message.text)

    def _see(self, url: str) -> None:
        if not url.startswith((self.site, "data:")):
            self.complaints.append(f"asked another host: {url}")


@pytest.fixture(params=["light", "dark"])
def watched(request: pytest.FixtureRequest, chromium: Browser, demo_site: str) -> Iterator[Watched]:
    """A fresh browser by day, then one by night."""
    scheme: Literal["light", "dark"] = request.param
    with chromium.new_context(color_scheme=scheme) as context:
        yield Watched(context.new_page(), demo_site)


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


def _look_at(watched: Watched, addresses: tuple[str, ...]) -> None:
    """Open each page in every width; it must not scroll sideways, and nothing in it may shut anybody out."""
    for address in addresses:
        watched.open(address)
        for width in WIDTHS:
            watched.page.set_viewport_size({"width": width, "height": 800})
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        found = Axe().run(watched.page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    assert watched.complaints == []


def test_every_page_of_a_visitor_is_open_to_everybody(watched: Watched) -> None:
    _look_at(watched, VISITORS_PAGES)


def test_every_page_of_a_person_is_open_to_everybody(watched: Watched) -> None:
    _start(watched)
    for row in range(2):
        watched.page.locator(".card.small").nth(row).get_by_role("radio", name="4 stars", exact=True).click()
        expect(watched.page.locator("#progress-words")).to_have_text(f"{row + 1} of 5")
    _look_at(watched, OWN_PAGES)


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
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#toast")).to_contain_text(f"You gave {title}")
    expect(page.locator("#list")).to_be_focused()
    expect(page.locator("#list .card-title").first).not_to_have_text(title)


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
