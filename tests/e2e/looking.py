"""How a page is looked at: in every width, by day and by night, by axe, with an ear on the console."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, expect

WIDTHS = (360, 768, 1280)
# The browser notes these by itself.
REFUSED = re.compile(r"status of (404|422) ")


class Watched:
    """A page whose complaints are written down."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site, self.complaints = page, site, []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._see(request.url))

    def open(self, address: str) -> None:
        """Go to an address of the site and wait until all of the page is there."""
        self.page.goto(f"{self.site}{address}")
        self.page.wait_for_load_state("networkidle")

    def look(self) -> None:
        """See that the page does not scroll sideways and that nothing in it shuts anybody out."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, (self.page.url, width)
        self.page.emulate_media(color_scheme="dark")
        self._let_axe_look()
        self.page.emulate_media(color_scheme="light")
        self._let_axe_look()
        assert self.complaints == [], (self.page.url, self.complaints)

    def _let_axe_look(self) -> None:
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.search(message.text):
            self.complaints.append(message.text)

    def _see(self, url: str) -> None:
        if not url.startswith((self.site, "data:")):
            self.complaints.append(f"asked another host: {url}")


def pick_three(page: Page, site: str) -> None:
    """Do what a newcomer does first: pick three kinds of films and see the list that they give."""
    page.goto(f"{site}/")
    page.locator("#content").get_by_role("link", name="Find my films").click()
    for place in (0, 2, 4):
        page.locator(".taste-group label").nth(place).click()
    expect(page.locator("#picked")).to_have_text("3 of 3 picked")
    page.get_by_role("button", name="Show me my films").click()
    expect(page.get_by_role("heading", name="Top picks")).to_be_visible()
