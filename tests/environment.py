"""Before the tests: decides which database and which folder they use, and keeps them off the site's own.

Loaded by `-p` in pyproject.toml, because Django's settings are read before any conftest.py. The first process makes
the environment; the xdist workers inherit it, and each has a folder of its own in it.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import servers

EXAMPLE = Path(__file__).parent.parent / ".env.example"
VARIABLE = re.compile(r"^#? ?([A-Z][A-Z_]*)=", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        default="sqlite",
        help="Run on SQLite (the default) or on a PostgreSQL cluster started for this run alone.",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Make the environment before pytest-django reads the settings, which it does in this same hook."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        os.environ.update(_shared_environment(stack, early_config.known_args_namespace.database))
    folder = Path(os.environ["TESTS_DIR"], worker or "main")
    (folder / "static").mkdir(parents=True)
    os.environ["VAR_DIR"] = str(folder)
    return (yield)


def _shared_environment(stack: ExitStack, database: str) -> dict[str, str]:
    """Return what this process and its workers share; `stack` ends it. Nothing of the person's own site gets in."""
    for name in VARIABLE.findall(EXAMPLE.read_text()):
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="marquee-tests-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    environment = {"TESTS_DIR": str(folder), "ENV_FILE": os.devnull}
    if database == "postgresql" and servers.find("postgres"):
        environment["DATABASE_URL"] = stack.enter_context(servers.postgresql())
    return environment


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that share the demo site in one worker; skip those that miss their PostgreSQL."""
    reason = servers.missing("postgres") if config.option.database == "postgresql" else ""
    if reason and os.environ.get("CI") == "true":
        raise pytest.UsageError(reason)
    for item in items:
        if "demo_site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("e2e"))
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))
