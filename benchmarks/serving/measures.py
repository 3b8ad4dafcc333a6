"""What is measured on a running site: how many kept lists a second, how long each page takes, what a worker costs."""

import random
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

import redis

from benchmarks.search import as_typed, mistyped
from benchmarks.serving.load import Load, get, send
from benchmarks.serving.site import Client, Site, Web, bare, web

Row = dict[str, Any]

LIST = "/api/v1/recommendations/?n=20"
ROUNDS, ROUND_SECONDS = 5, 4.0
STEADY_RATE, STEADY_SECONDS = 100, 20.0
REQUESTS = 300
BARE_PREFIX = "bench:"
SEED = 1


def kept_lists(site: Site, server: Web) -> list[Row]:
    """Compare kept lists with the bare view in turns, round by round, and time them at a steady rate."""
    _keep_answers(site, server)
    ours = [get(LIST, Authorization=f"Bearer {each['token']}") for each in site.visitors]
    keys = [get(f"/bare/{each['public_id']}") for each in site.visitors]
    with ExitStack() as stack:
        plain, dressed = (
            stack.enter_context(web(bare(site, middleware=each), first="/bare/none")) for each in (False, True)
        )
        rounds = [_round({server: ours, plain: keys, dressed: keys}) for _ in range(ROUNDS)]
    worked = server.processor_seconds()
    steady = send(server.port, ours, seconds=STEADY_SECONDS, rate=STEADY_RATE)
    worked = server.processor_seconds() - worked
    own = [found[server] for found in rounds]
    ceiling = statistics.median(found[plain].load.ceiling for found in rounds)
    return [
        _beside("kept lists", own, [found[plain] for found in rounds], "bare view", 0.5),
        _beside("kept lists, same middleware", own, [found[dressed] for found in rounds], "bare view, our middleware"),
        {"name": "load generator", "ours": ceiling, "unit": "requests/s on a processor of its own"},
        _times(f"kept list at {STEADY_RATE}/s", steady.latencies, worked, "p99", 25),
    ]


def first_lists(site: Site, server: Web) -> list[Row]:
    """Time a rating and the list after it, for one person after the other."""
    both, alone = [], []
    client, worked = Client(server.port), server.processor_seconds()
    for person in islice(cycle(site.visitors), REQUESTS):
        film, started = person["unseen"].pop(), time.perf_counter()
        client.ask("/api/v1/ratings/", person["token"], {"movie": film, "stars": 4.5})
        rated = time.perf_counter()
        answer = client.json(LIST, person["token"])
        ended = time.perf_counter()
        if answer["source"] != "fresh" or film in {each["id"] for each in answer["results"]}:
            raise RuntimeError("The list after a rating does not know of it.")
        both.append(ended - started)
        alone.append(ended - rated)
    worked = server.processor_seconds() - worked
    return [_times("rating and first list", both, worked, "p95", 60), _times("first list alone", alone)]


def pages(site: Site, server: Web) -> list[Row]:
    """Time home and film pages, for visitors with and without an account, and searches with an error."""
    films = [f"/films/{key}/" for key, _ in site.run["films"]]
    generator = random.Random(SEED)  # noqa: S311  # invents typing errors, guards nothing
    typed = [mistyped(as_typed(title), generator) for _, title in site.run["films"]]
    searches = [f"/search/?q={quote(each)}" for each in typed]
    sessions = [each["session"] for each in site.visitors]
    return [
        _times("home page, signed in", *_seconds(server, ["/"], sessions), "p95", 1000),
        _times("home page", *_seconds(server, ["/"], [None]), "p95", 1000),
        _times("film page, signed in", *_seconds(server, films, sessions), "p95", 60),
        _times("film page", *_seconds(server, films, [None]), "p95", 60),
        _times("search with a typing error", *_seconds(server, searches, [None]), "p95", 30),
    ]


def workers(site: Site) -> list[Row]:
    """Say how soon a worker has answered, and what a second one adds to the memory of the first."""
    held, starts, lists = [], [], []
    for count in (1, 2):
        with web(site.environment, workers=count) as server:
            client, started = Client(server.port), time.perf_counter()
            client.json(f"{LIST}&never-asked={count}", site.visitors[0]["token"])
            lists.append(time.perf_counter() - started)
            starts.append(server.start_seconds)
            _visit_all(site, server)
            held.append(server.memory())
    one, two = held
    return [
        {"name": "start-up of a worker", "ours": starts[0], "limit": 3, "unit": "s until it answers"},
        {"name": "its models and first list", "ours": starts[0] + lists[0], "limit": 3, "unit": "s from its start"},
        {
            "name": "a second worker's memory",
            "ours": sum(two["pss"]) - sum(one["pss"]),
            "limit": 150,
            "unit": "MB (PSS)",
            "one": one,
            "two": two,
        },
    ]


def _keep_answers(site: Site, server: Web) -> None:
    """Have everybody's list kept, and the same JSON where the bare view finds it."""
    client, store = Client(server.port), redis.Redis.from_url(site.redis_url)
    for person in site.visitors:
        store.set(f"{BARE_PREFIX}{person['public_id']}", client.ask(LIST, person["token"]))
    store.close()


def _visit_all(site: Site, server: Web) -> None:
    """Let every worker map and touch what it ever will: lists, reasons, predictions, similar films, searches."""
    tokens = [each["token"] for each in site.visitors]
    lists = ["/api/v1/recommendations/?n=100", f"{LIST}&genre=Drama"]
    requests = [get(each, Authorization=f"Bearer {token}") for token in tokens for each in lists]
    requests += [get(f"/films/{key}/") for key, _ in site.run["films"]]
    requests += [get("/search/?q=the%20godfathr")] * 10
    send(server.port, requests, seconds=ROUND_SECONDS * 3)


@dataclass(frozen=True)
class Round:
    """A load, and how many milliseconds of a processor the workers took for each answer."""

    load: Load
    processor: float


def _round(asked: Mapping[Web, Sequence[bytes]]) -> dict[Web, Round]:
    found = {}
    for server, requests in asked.items():
        worked = server.processor_seconds()
        load = send(server.port, requests, seconds=ROUND_SECONDS)
        found[server] = Round(load, (server.processor_seconds() - worked) / len(load.latencies) * 1000)
    return found


def _seconds(server: Web, paths: Iterable[str], sessions: Sequence[str | None]) -> tuple[list[float], float]:
    """Return how long each of REQUESTS pages takes, one after the other, and what the workers worked for them all.

    The first pages are not counted.
    """
    client = Client(server.port)
    visits = list(islice(zip(cycle(paths), cycle(sessions), strict=False), REQUESTS))
    for path, session in visits[:20]:
        client.page(path, session)
    worked = server.processor_seconds()
    seconds = [_timed(client.page, path, session) for path, session in visits]
    return seconds, server.processor_seconds() - worked


def _timed(function: Callable[..., Any], *arguments: Any) -> float:
    started = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - started


def _beside(name: str, ours: list[Round], peers: list[Round], peer: str, limit: float | None = None) -> Row:
    """Return requests a second of both, and the median of the rounds' ratios: above 1 we are faster."""
    ratios = [own.load.rate / other.load.rate for own, other in zip(ours, peers, strict=True)]
    return {
        "name": name,
        "ours": statistics.median(each.load.rate for each in ours),
        "peer": statistics.median(each.load.rate for each in peers),
        "peer_name": peer,
        "ratio": statistics.median(ratios),
        "ratios": ratios,
        "at_least": limit,
        "processor_ms": statistics.median(each.processor for each in ours),
        "peer_processor_ms": statistics.median(each.processor for each in peers),
        "body_bytes": ours[0].load.body_bytes,
        "unit": "requests/s",
    }


def _times(
    name: str, seconds: Sequence[float], worked: float | None = None, which: str = "p95", limit: float | None = None
) -> Row:
    """Return the percentiles of some times, in milliseconds, and what the one that counts may be.

    `worked` are the seconds of processors that the workers took for all of them.
    """
    cuts = statistics.quantiles(seconds, n=100)
    found = {"p50": cuts[49] * 1000, "p95": cuts[94] * 1000, "p99": cuts[98] * 1000}
    if worked is not None:
        found["processor_ms"] = worked / len(seconds) * 1000
    return {"name": name, "ours": found[which], "limit": limit, "unit": f"ms ({which})", **found}
