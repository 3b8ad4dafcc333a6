"""`make bench-serve`: the request path in the production set-up, under load: `python -m benchmarks.serving [SOURCE]`.

SOURCE is a scale (1m, 5m, 10m or 25m, invented and kept in var/bench), a release's name, a zip or a folder.
PostgreSQL, Redis and granian are started on free ports and ended with it; the load comes from this machine, which is
part of what is measured.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.serving import measures
from benchmarks.serving.report import Row, report
from benchmarks.serving.site import Site, trained, web
from benchmarks.speed.data import SCALES, generated
from benchmarks.speed.processes import ROOT

WORKERS = 2
PACKAGES = ("django", "djangorestframework", "granian", "psycopg", "redis")


def main() -> None:
    """Measure what the command line names. Whoever is told to stop ends what it has started before."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    given = _arguments()
    given.data.mkdir(parents=True, exist_ok=True)
    source = str(generated(given.source, given.data)) if given.source in SCALES else given.source
    chosen = {"RECS_RECOMMENDERS": given.recommenders} if given.recommenders else {}
    with tempfile.TemporaryDirectory(dir=given.data) as folder, trained(source, Path(folder), **chosen) as site:
        rows = measured(site)
        report(given.source if given.source in SCALES else Path(source).stem, _facts(site), rows)


def measured(site: Site) -> list[Row]:
    """Return every row, measured on one site."""
    rows = measures.workers(site)
    with web(site.environment, workers=WORKERS) as server:
        rows = [*measures.kept_lists(site, server), *measures.first_lists(site, server), *rows]
        return [*rows, *measures.pages(site, server)]


def _facts(site: Site) -> dict[str, object]:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return {
        "machine": f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{versions}, load before {os.getloadavg()[2]:.1f}",
        "set_up": f"{WORKERS} workers, lists of {site.run['recommender']}, {len(site.visitors)} people, "
        "PostgreSQL (which does not wait for the disk), Redis and the load generator on the same machine",
        "data": site.run["data"],
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", default="1m", help="a scale, a release's name, a zip or a folder")
    parser.add_argument("--recommenders", help="the names to train, the last one published (default: the site's own)")
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "bench", help="where invented ratings are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
