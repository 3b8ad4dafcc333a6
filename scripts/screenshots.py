"""Takes the pictures that README shows: `make screenshots` runs a demo of its own and visits it as a person would."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
PATIENCE = 300.0
LIKED = ["Alien", "Blade Runner", "The Matrix", "Terminator 2", "Spirited Away"]
# name: address, width, theme
PICTURES = {
    "home-day": ("/", 1280, "light"),
    "home-night": ("/", 1280, "dark"),
    "home-phone": ("/", 360, "dark"),
    "film": ("/search/?q=godfather", 1280, "dark"),
    "browse": ("/films/?genre=sci-fi", 1280, "light"),
    "my-ratings": ("/me/ratings/", 1280, "light"),
    "taste": ("/me/taste/", 1280, "dark"),
    "statistics": ("/me/statistics/", 1280, "light"),
    "statistics-phone": ("/me/statistics/", 360, "dark"),
}


def main() -> None:
    """Replace all pictures."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("Pictures are taken with Chromium, which is not installed.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        visitor = browser.new_context(base_url=url)
        rate_films(visitor.new_page())
        for name, (address, width, theme) in PICTURES.items():
            take(visitor, name, address, width, theme)
        browser.close()


def rate_films(page: Page) -> None:
    """Sign in with one click and give the films we like five stars."""
    page.goto("/auth/demo")
    page.get_by_role("button", name="Start").click()
    for title in LIKED:
        page.goto(f"/search/?q={title}")
        page.locator(".card-link").first.click()
        page.get_by_role("radio", name="5 stars", exact=True).click()
        page.locator(".film-rating").get_by_text("Your rating:").wait_for()


def take(context: BrowserContext, name: str, address: str, width: int, theme: str) -> None:
    """Take one picture of what is seen without scrolling; a search opens its first film."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(address)
    if "?q=" in address:
        page.locator(".card-link").first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()


@contextmanager
def demo() -> Iterator[str]:
    """Give the address of a demo in a folder of its own, which is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"VAR_DIR": folder, "PORT": str(port), "DATASET": "sample"}
        process = subprocess.Popen([sys.executable, "-m", "scripts.demo"], cwd=ROOT, env=environment)
        try:
            _wait(f"http://127.0.0.1:{port}/api/v1/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310  # our own loopback address
                if json.load(answer)["status"] == "ok":
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    sys.exit("The demo did not start.")


if __name__ == "__main__":
    main()
