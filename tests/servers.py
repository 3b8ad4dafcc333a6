"""Real PostgreSQL, Redis and Chromium for the tests: found, started on free ports, and ended with the tests."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

POSTGRESQL_FOLDERS = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"]
NAMES = {
    "postgres": ["postgres"],
    "redis-server": ["redis-server"],
    "chromium": ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
}
CHROMIUM_FLAGS = [
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
INITDB_OPTIONS = ["-U", "marquee", "-A", "trust", "-E", "UTF8", "--lc-messages=C", "--no-sync"]
READY = b"ready to accept connections"  # as both PostgreSQL and Redis say it
UNSAFE = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def find(server: str) -> str | None:
    """Return the program behind one of NAMES, or None when it is not installed."""
    folders = [folder for parent in POSTGRESQL_FOLDERS for folder in Path(parent).glob("*/bin")]
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, sorted(folders, reverse=True))])
    return next(filter(None, (shutil.which(name, path=path) for name in NAMES[server])), None)


def missing(server: str) -> str:
    """Return why tests that need `server` cannot run, or "" when they can."""
    return "" if find(server) else f"{NAMES[server][0]} is not installed (scripts/install-servers.sh installs it)"


def need(server: str) -> str:
    """Return the program, or skip the test that needs it; with CI=true the test fails instead."""
    program = find(server)
    if program is None:
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(missing(server))
    return program


def free_port() -> int:
    """Return a TCP port of the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis that keeps nothing, and give its URL."""
    with tempfile.TemporaryDirectory(prefix="marquee-redis-") as folder:
        port = free_port()
        command = [need("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with _running(command):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL cluster of our own, which does without safety on disk, and give its URL."""
    program, port, identity = need("postgres"), free_port(), _unprivileged_identity()
    folder = tempfile.mkdtemp(prefix="marquee-postgresql-")
    try:
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        initdb = [str(Path(program).resolve().with_name("initdb")), "-D", folder, *INITDB_OPTIONS]
        subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL, **identity)
        command = [program, "-D", folder, "-h", "127.0.0.1", "-p", str(port), "-k", folder, *UNSAFE]
        with _running(command, cwd=folder, **identity):
            yield f"postgres://marquee@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_identity() -> dict[str, Any]:
    """Return as whom PostgreSQL runs, since it refuses to run as root; empty means as ourselves."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def _running(command: list[str], **options: Any) -> Iterator[None]:
    """Run a server while the block lasts; wait for it to say that it is ready, and show its words if it is not."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*_dying_with_us(), *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options
        )
        try:
            _wait_until_ready(process, log)
            yield
        finally:
            process.send_signal(signal.SIGINT)  # tells PostgreSQL not to wait until everybody has gone
            process.wait(timeout=30)


def _dying_with_us() -> list[str]:
    """Return the prefix that ends a server when the tests are killed and cannot do it themselves (Linux only)."""
    return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []


def _wait_until_ready(process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    deadline = time.monotonic() + 30
    while READY not in (words := os.pread(log.fileno(), 100_000, 0)).lower():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{words.decode(errors='replace')}")
        time.sleep(0.02)
