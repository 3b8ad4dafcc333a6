"""The benchmark of the request path sends what it says, hides no waiting, and names limits that are not kept."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from benchmarks.serving import report
from benchmarks.serving.load import get, send


class Answers(BaseHTTPRequestHandler):
    """Answers with the path that was asked for; /slow takes its time, /none is not there."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/slow":
            time.sleep(0.1)
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(self.path)))
        self.end_headers()
        self.wfile.write(self.path.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_steady_rate_is_kept(port: int) -> None:
    load = send(port, [get("/quick")], seconds=1, connections=4, rate=50)
    assert len(load.latencies) == 50
    # The last one is due after 49 fiftieths of a second: sent all at once they would be answered long before.
    assert load.seconds > 0.9
    assert load.body_bytes == len("/quick")


def test_waiting_for_ones_turn_counts(port: int) -> None:
    load = send(port, [get("/slow")], seconds=1, connections=1, rate=20)
    assert max(load.latencies) > 0.5


def test_refusals_end_the_benchmark(port: int) -> None:
    with pytest.raises(RuntimeError, match="were refused"):
        send(port, [get("/quick"), get("/none")], seconds=0.2, connections=1)


def test_a_report_says_which_limits_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    rows = [
        {"name": "film page", "ours": 70.0, "limit": 60, "unit": "ms (p95)", "p50": 40.0, "p95": 70.0, "p99": 80.0},
        {
            "name": "lists",
            "ours": 60.0,
            "peer": 100.0,
            "peer_name": "view",
            "ratio": 0.6,
            "at_least": 0.5,
            "unit": "/s",
        },
    ]
    facts = {"machine": "a machine", "set_up": "2 workers", "data": {"people": 1, "films": 2, "ratings": 3}}
    report.report("1m", facts, rows)
    shown = [line for line in capsys.readouterr().out.splitlines() if "film page" in line or "lists" in line]
    assert [line.rsplit("│", 2)[1].strip() for line in shown] == ["no", "yes"]
    assert '"ratio": 0.6' in (tmp_path / "serve-1m.json").read_text()
