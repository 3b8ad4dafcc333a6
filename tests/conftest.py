"""What every test may ask for: real data, real servers, a real browser, and a whole site."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User
from tests import servers
from tests.films import account

ROOT = Path(__file__).parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Leave out what only costs time: slow password hashes, and static files that are collected first."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test see the limits and pages that another has left in the cache."""
    yield
    cache.clear()


@pytest.fixture
def ada(db: None) -> User:
    """Somebody with an account."""
    return account("ada")


@pytest.fixture
def mine(client: Client, ada: User) -> Client:
    """A browser in which Ada is signed in."""
    client.force_login(ada)
    return client


@pytest.fixture(scope="session")
def movielens_data() -> Path:
    """The folder with GroupLens' own archives, which may not be kept in the repository."""
    folder = Path(os.environ.get("MOVIELENS_DATA") or ROOT.parent / "shared" / "data").resolve()
    if not folder.is_dir():
        pytest.skip(f"no MovieLens files in {folder} (set MOVIELENS_DATA)")
    return folder


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of this worker's own, empty at first."""
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    program = servers.need("chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's event loop lives in this thread; our queries wait
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=servers.CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a fresh profile."""
    with chromium.new_context() as context:
        yield context.new_page()


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the whole site as `make demo` runs it, on a free port and in a folder of its own."""
    folder, port = tmp_path_factory.mktemp("demo"), servers.free_port()
    environment = os.environ | {"VAR_DIR": str(folder), "PORT": str(port), "DATASET": "sample"}
    with (folder / "output").open("w") as output:
        command = [sys.executable, "-m", "scripts.demo"]
        demo = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_ready(demo, folder / "output")
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()
            demo.wait(timeout=60)


def _wait_until_ready(demo: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + 240
    while "Marquee is ready" not in output.read_text():
        if demo.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The demo did not start:\n{output.read_text()}")
        time.sleep(0.2)
