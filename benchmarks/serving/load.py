"""The load generator: a process of its own that sends HTTP/1.1 requests over connections that stay open.

Reads a plan as JSON from standard input and prints what came of it. Without a rate each connection sends the next
request when the last one is answered; with one, requests have a timetable, and what waits for its turn counts as
waiting, so that a slow answer cannot hide behind the requests it kept from being sent.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from benchmarks.speed.processes import ROOT

_HEADERS_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(frozen=True)
class Load:
    """What came of a plan: seconds of each answer, of the whole, and of this generator's own processor."""

    latencies: list[float]
    seconds: float
    processor_seconds: float
    refused: int
    body_bytes: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def ceiling(self) -> float:
        """Requests a second that the generator could send, had it a processor to itself."""
        return len(self.latencies) / self.processor_seconds


def send(
    port: int, requests: Sequence[bytes], *, seconds: float, connections: int = 16, rate: float | None = None
) -> Load:
    """Send `requests` over and over for some seconds from a process of its own. Raises RuntimeError for refusals."""
    plan = {"port": port, "requests": [each.decode() for each in requests], "seconds": seconds}
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.serving.load"],
        input=json.dumps(plan | {"connections": connections, "rate": rate}).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        timeout=seconds + 60,
    )
    load = Load(**json.loads(said.stdout))
    if load.refused:
        raise RuntimeError(f"{load.refused} of {len(load.latencies)} requests were refused.")
    return load


def get(path: str, **headers: str) -> bytes:
    """Return the bytes of a GET request."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


class _Plan:
    """What all connections share: the next request, and what has come of the others."""

    def __init__(self, requests: list[str], seconds: float, rate: float | None) -> None:
        self.requests: Iterator[bytes] = cycle([each.encode() for each in requests])
        self.started = time.perf_counter()
        self.ends, self.rate = self.started + seconds, rate
        self.latencies: list[float] = []
        self.refused = self.body_bytes = self.sent = 0

    def due(self) -> float:
        """Return when the next request should be sent."""
        return self.started + self.sent / self.rate if self.rate else time.perf_counter()


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self._buffer, self._whole = b"", 0
        self.finished = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._whole:
            head = self._buffer.find(_HEADERS_END)
            if head < 0:
                return
            place = self._buffer.lower().find(_LENGTH, 0, head) + len(_LENGTH)
            body = int(self._buffer[place : self._buffer.find(b"\r\n", place)])
            self._whole = head + len(_HEADERS_END) + body
            self._plan.body_bytes += body
        if len(self._buffer) >= self._whole:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(error or ConnectionError("The server closed a connection."))

    def _answered(self) -> None:
        self._plan.latencies.append(time.perf_counter() - self._due)
        self._plan.refused += not self._buffer.startswith(b"HTTP/1.1 200")
        self._buffer, self._whole = b"", 0
        self._next()

    def _next(self) -> None:
        self._due = self._plan.due()
        if self._due >= self._plan.ends:
            self.finished.set_result(None)
            self._transport.close()
            return
        self._plan.sent += 1
        wait = self._due - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        self._transport.write(next(self._plan.requests))


async def _carry_out(port: int, requests: list[str], seconds: float, connections: int, rate: float | None) -> _Plan:
    loop, plan = asyncio.get_running_loop(), _Plan(requests, seconds, rate)
    made = [await loop.create_connection(lambda: _Connection(plan), "127.0.0.1", port) for _ in range(connections)]
    await asyncio.gather(*(protocol.finished for _, protocol in made))
    return plan


def main() -> None:
    """Carry out the plan on standard input."""
    given = json.load(sys.stdin)
    before, started = sum(os.times()[:2]), time.perf_counter()
    plan = asyncio.run(_carry_out(**given))
    said = {
        "latencies": plan.latencies,
        "seconds": time.perf_counter() - started,
        "processor_seconds": sum(os.times()[:2]) - before,
        "refused": plan.refused,
        "body_bytes": plan.body_bytes / max(len(plan.latencies), 1),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
