"""Measures a site as people meet it: `python -m benchmarks.request_path SOURCE` (a release, a zip, a folder).

Imports and trains into a temporary folder, starts the web server on a free port, and asks over HTTP, one request at a
time: a rating followed by the list that must know of it, a list that is kept, and `/api/v1/health` as the bare view
that everything is compared with.
"""

import http.client
import json
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.speed.processes import ROOT, own_environment

RESULTS = ROOT / "benchmarks" / "results"
ROUNDS = 200
SEED = 0
NAME, PASSWORD = "bench", "popcorn-and-tea"  # of an account that lives for a minute


def main() -> None:
    """Run the benchmark on the source that the command line names."""
    source = sys.argv[1] if len(sys.argv) > 1 else "sample"
    with tempfile.TemporaryDirectory() as folder, site(Path(folder), source) as port:
        figures = measure(Client(port))
    report(source, figures)


class Client:
    """Somebody with an account, on one connection that stays open."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {"Content-Type": "application/json"}
        token = self.ask("POST", "auth/token/", {"username": NAME, "password": PASSWORD})["token"]
        self.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON answer of the API; raise RuntimeError for an error."""
        content = json.dumps(body) if body is not None else None
        self.connection.request(method, f"/api/v1/{path}", content, self.headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:200]!r}")
        return json.loads(answer) if answer else None


def measure(client: Client) -> dict[str, list[float]]:
    """Return the seconds of every request, by what it was."""
    generator = random.Random(SEED)  # noqa: S311  # picks films, guards nothing
    best_known = [film["id"] for film in client.ask("GET", "movies/?page_size=100")["results"]]
    films = [best_known[place % len(best_known)] for place in range(ROUNDS)]
    seen: list[Any] = []

    def rate_and_look(film: int) -> None:
        client.ask("POST", "ratings/", {"movie": film, "stars": generator.randint(1, 10) / 2})
        seen.append(client.ask("GET", "recommendations/?n=20"))

    rate_and_look(best_known[0])
    fresh = [timed(rate_and_look, film) for film in films]
    if any(film["id"] in best_known[:1] for film in seen[-1]["results"]):
        raise RuntimeError("A rated film was recommended.")
    kept = [timed(client.ask, "GET", "recommendations/?n=20") for _ in range(ROUNDS)]
    bare = [timed(client.ask, "GET", "health") for _ in range(ROUNDS)]
    return {"rating, then the list that knows of it": fresh, "kept list": kept, "bare view (health)": bare}


def timed(function: Callable[..., Any], *arguments: Any) -> float:
    """Return how many seconds a call takes."""
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


@contextmanager
def site(folder: Path, source: str) -> Iterator[int]:
    """Give the port of a site with `source` imported and trained; it is ended and removed afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = own_environment(folder, SITE_URL=f"http://127.0.0.1:{port}")
    (folder / "static").mkdir()
    manage = [sys.executable, str(ROOT / "manage.py")]
    account = environment | {
        "DJANGO_SUPERUSER_USERNAME": NAME,
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "DJANGO_SUPERUSER_EMAIL": "bench@example.org",
    }
    for command in (["migrate", "-v0"], ["import_movielens", source], ["train"], ["createsuperuser", "--no-input"]):
        subprocess.run([*manage, *command], env=account, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    web = [
        *[str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--blocking-threads", "1"],
        *["--port", str(port), "--log-level", "error", "config.wsgi:application"],
    ]
    server = subprocess.Popen(web, env=environment, cwd=ROOT)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The web server did not start.")


def report(source: str, figures: dict[str, list[float]]) -> None:
    """Print the table and keep it as JSON."""
    name = Path(source).stem
    bare = statistics.median(figures["bare view (health)"])
    table = Table("", "median", "95 %", "99 %", "× bare view", title=f"Requests on {name}, in milliseconds")
    rows = []
    for what, seconds in figures.items():
        cuts = statistics.quantiles(seconds, n=100)
        row = {"name": what, "p50": cuts[49] * 1000, "p95": cuts[94] * 1000, "p99": cuts[98] * 1000}
        rows.append(row | {"ratio": cuts[49] / bare})
        table.add_row(what, f"{row['p50']:.1f}", f"{row['p95']:.1f}", f"{row['p99']:.1f}", f"{cuts[49] / bare:.1f}")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {ROUNDS} requests each, seed {SEED}"
    table.caption = machine
    Console().print(table)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"request-path-{name}.json").write_text(json.dumps({"machine": machine, "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
