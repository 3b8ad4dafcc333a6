"""Somebody without an account brings ratings from elsewhere, looks, picks, brings them, and takes them back."""

import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import Watched

pytestmark = pytest.mark.e2e

TABLE = "title;year;rating\nThe Matrix;1999;9\nAlien;1979;10\nBlade Runner;1982;8\nThe Matrx;1999;2\n"


def test_ratings_are_brought_looked_at_taken_back_and_taken_away(page: Page, demo_site: str) -> None:
    watched = Watched(page, demo_site)
    watched.open("/me/import/")
    page.get_by_label("Or paste what is in it").fill("nothing of the kind")
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("alert")).to_contain_text("title, year and rating")
    expect(page.get_by_label("Or paste what is in it")).to_have_value("nothing of the kind")
    page.get_by_label("Or paste what is in it").fill("")
    page.get_by_label("Your file").set_input_files(
        [{"name": "mine.csv", "mimeType": "text/csv", "buffer": TABLE.encode("utf-16")}]
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your table")
    expect(page.get_by_label("10 points")).to_be_checked()
    watched.look()
    page.get_by_role("group", name="The Matrx").get_by_label("The Matrix (1999)").check()
    page.get_by_role("button", name="Bring them here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your ratings are here")
    watched.look()
    with page.expect_download() as download:
        page.goto(f"{demo_site}/me/import/")
        page.get_by_role("link", name="Take it all as a zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "The Matrix" in archive.read("ratings.csv").decode()
    page.get_by_role("link", name="mine.csv").click()
    page.get_by_role("button", name="Take it all back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken back")
