"""A site as Compose starts it: PostgreSQL, Redis, data imported and trained, and granian with its workers."""

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.speed.processes import ROOT, own_environment, run
from tests import servers

MANAGE = [sys.executable, str(ROOT / "manage.py")]
# Word for word the command of docker-compose.yml.
GRANIAN = [
    *[str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--no-ws", "--blocking-threads", "1"],
    *["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "error"],
]
# Nobody visits the admin or the API's documentation; compressing their files takes a minute.
_UNSEEN = [word for name in ("admin", "drf_spectacular_sidecar", "rest_framework") for word in ("--ignore", name)]
MEGABYTE = 1024**2


@dataclass(frozen=True)
class Site:
    """What a web server needs to know, and who visits.

    Attributes:
        environment: of every process of the site.
        visitors: people with an account: token, session, public_id, films they have not rated.
        run: facts of the live run.
    """

    environment: Mapping[str, str]
    visitors: list[dict[str, Any]]
    run: dict[str, Any]

    @property
    def redis_url(self) -> str:
        """Where lists and answers are kept."""
        return self.environment["REDIS_URL"]


@contextmanager
def trained(source: str, folder: Path, **settings: str) -> Iterator[Site]:
    """Give a site with `source` imported, trained and visited; its servers end with the block."""
    with servers.postgresql() as database, servers.redis() as redis:
        environment = own_environment(folder, DATABASE_URL=database, REDIS_URL=redis, **settings)
        (folder / "static").mkdir(parents=True, exist_ok=True)
        run("tables", [*MANAGE, "migrate", "-v0"], environment)
        run("static files", [*MANAGE, "collectstatic", "-v0", "--noinput", *_UNSEEN], environment)
        run("import", [*MANAGE, "import_movielens", source], environment)
        run("train", [*MANAGE, "train"], environment)
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.serving.visitors"],
            env=environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
        )
        yield Site(environment, **json.loads(said.stdout))


class Client:
    """Somebody who asks one request at a time on a connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, path: str, token: str = "", body: Any = None, **headers: str) -> bytes:
        """Return the body of an answer; raise RuntimeError for an error."""
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Content-Type": "application/json"} if body is not None else {}
        content = None if body is None else json.dumps(body)
        self._connection.request("GET" if body is None else "POST", path, content, headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{path}: {response.status} {answer[:200]!r}")
        return answer

    def json(self, path: str, token: str) -> Any:
        """Return what the API answers."""
        return json.loads(self.ask(path, token))

    def page(self, path: str, session: str | None) -> bytes:
        """Return a page as the owner of a session sees it."""
        return self.ask(path, **({"Cookie": f"sessionid={session}"} if session else {}))


class Web:
    """A running web server on a free port of the loopback.

    Attributes:
        port: where it listens.
        start_seconds: from its start until it answered the first request.
    """

    def __init__(self, environment: Mapping[str, str], workers: int, application: str, first: str) -> None:
        self.port = servers.free_port()
        command = [*GRANIAN, "--workers", str(workers), "--port", str(self.port), application]
        site = f"http://127.0.0.1:{self.port}"
        started = time.perf_counter()
        self._process = subprocess.Popen(command, env={**environment, "SITE_URL": site}, cwd=ROOT)
        try:
            self._wait(first)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.perf_counter() - started

    def stop(self) -> None:
        """End it and its workers."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=30)

    def workers(self) -> list[psutil.Process]:
        """Return the processes that answer requests, without the one that watches them."""
        family = psutil.Process(self._process.pid).children(recursive=True)
        return [member for member in family if "resource_tracker" not in " ".join(member.cmdline())]

    def memory(self) -> dict[str, list[float]]:
        """Return proportional and own megabytes of each worker."""
        found = [worker.memory_full_info() for worker in self.workers()]
        return {"pss": [each.pss / MEGABYTE for each in found], "uss": [each.uss / MEGABYTE for each in found]}

    def processor_seconds(self) -> float:
        """Return what its workers have worked so far."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers())

    def _wait(self, path: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                Client(self.port).ask(path)
                return
            time.sleep(0.01)
        raise RuntimeError("The web server did not start.")


@contextmanager
def web(
    environment: Mapping[str, str],
    *,
    workers: int = 2,
    application: str = "config.wsgi:application",
    first: str = "/api/v1/health",
) -> Iterator[Web]:
    """Run a web server while the block lasts; it has answered `first` once."""
    server = Web(environment, workers, application, first)
    try:
        yield server
    finally:
        server.stop()


def bare(site: Site, *, middleware: bool) -> dict[str, str]:
    """Return the environment of the bare view, `bare.py`, beside the same servers."""
    module = "benchmarks.serving.bare"
    return {**site.environment, "DJANGO_SETTINGS_MODULE": module, "BARE_MIDDLEWARE": "ours" if middleware else ""}
