"""What the first page may cost: how much comes over the line before posters, and that nothing on it jumps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.e2e

MOST_BYTES = 100_000
SHIFTS = """
if (!PerformanceObserver.supportedEntryTypes.includes("layout-shift")) throw new Error("no shifts are seen");
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""


class Line:
    """What a page's requests brought, posters left out, as it came over the line."""

    def __init__(self, page: Page) -> None:
        self.kinds: dict[str, str] = {}
        self.sizes: dict[str, float] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", lambda event: self.kinds.update({event["requestId"]: event["type"]}))
        session.on(
            "Network.loadingFinished",
            lambda event: self.sizes.update({event["requestId"]: event["encodedDataLength"]}),
        )
        session.send("Network.enable")

    @property
    def bytes(self) -> float:
        """How much it was."""
        return sum(size for request, size in self.sizes.items() if self.kinds[request] != "Image")


@pytest.fixture(params=[360, 1280])
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    """A fresh window of a phone, then one of a desk."""
    with chromium.new_context(viewport={"width": request.param, "height": 800}) as context:
        context.add_init_script(SHIFTS)
        yield context.new_page()


def _opened(page: Page, address: str) -> Line:
    line = Line(page)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return line


def test_a_visitors_first_page_is_light_and_nothing_on_it_jumps(window: Page, demo_site: str) -> None:
    line = _opened(window, f"{demo_site}/")
    assert 0 < line.bytes < MOST_BYTES
    assert window.evaluate("window.shifts") == []


def test_a_full_home_page_is_light_and_nothing_on_it_jumps(window: Page, demo_site: str) -> None:
    window.goto(f"{demo_site}/start/rating/")
    for row in range(6):
        card = window.locator("section[aria-labelledby=known] .card.small").nth(row)
        card.get_by_role("radio", name="4½ stars", exact=True).click()
        expect(card).to_contain_text("Your rating:")
    line = _opened(window, f"{demo_site}/")
    expect(window.get_by_role("heading", name="Top picks")).to_be_visible()
    assert 0 < line.bytes < MOST_BYTES
    assert window.evaluate("window.shifts") == []
