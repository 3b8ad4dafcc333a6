"""Prepares a site, starts web server, worker and beat, shows where it is, and stays until it is told to stop.

Exit status 0: stopped by Ctrl-C or SIGTERM. 1: could not start, or a service ended by itself.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from scripts.demo.owner import NAME, PASSWORD_FILE
from scripts.demo.processes import Processes, leaving_when_asked
from scripts.demo.services import SERVICES
from scripts.demo.site import EVERYWHERE, Refused, Site
from scripts.demo.steps import STAMPS, prepare

PATIENCE = 120.0
BANNER = """
  Marquee is ready: {url}

    As a visitor   {url}/auth/demo   one click, no password
    As the owner   {url}/admin/   {name} / {password}   (until you change it)

  Rate five films you know, and watch the recommendations change.
  Logs are in {logs}. Ctrl-C stops everything.
"""


def main() -> int:
    """Run the demo that the environment asks for; return the exit status."""
    try:
        site = Site.wanted(os.environ)
        site.check_port()
        if not (site.folder / STAMPS).exists():
            check_dataset(site)
        with leaving_when_asked(), site.lock():
            return run(site)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except SystemExit as left:
        if left.code == 0:
            # Whoever closed the terminal cannot read it.
            with suppress(OSError):
                print("\nStopped. `make demo` goes on from here.", flush=True)
        raise


def check_dataset(site: Site) -> None:
    """Leave when the data cannot be imported; `scripts.demo.dataset` has said why."""
    if subprocess.run([sys.executable, "-m", "scripts.demo.dataset", site.source], check=False).returncode:
        raise SystemExit(1)


def run(site: Site) -> int:
    """Prepare and run `site`; end when a service does, or by SystemExit."""
    environment = site.environment(os.environ)
    with Processes(environment, site.folder / "logs") as processes:
        prepare(site, processes, environment)
        print("Starting …", flush=True)
        start(processes, "web")
        wait_until_ready(site, processes)
        start(processes, "worker")
        start(processes, "beat")
        show_banner(site)
        while not ended(processes):
            time.sleep(0.2)
    return 1


def start(processes: Processes, name: str) -> None:
    """Start a service, with the program that is installed beside our Python."""
    program, *arguments = SERVICES[name]
    processes.start(name, [str(Path(sys.executable).with_name(program)), *arguments])


def wait_until_ready(site: Site, processes: Processes) -> None:
    """Return when the site says that it serves recommendations; raise Refused when it does not come to that."""
    deadline = time.monotonic() + PATIENCE
    while health(site) != "ok":
        if ended(processes):
            raise SystemExit(1)
        if time.monotonic() > deadline:
            raise Refused(f"The site was not ready within {PATIENCE:.0f} s; {site.folder / 'logs'} may say why.")
        time.sleep(0.1)


def health(site: Site) -> str:
    """Return what the site says of itself, "" when it does not answer (urllib would ask the environment's proxy)."""
    host = "127.0.0.1" if site.host in EVERYWHERE else site.host
    connection = http.client.HTTPConnection(host, site.port, timeout=5)
    with suppress(OSError, http.client.HTTPException, ValueError, KeyError):
        connection.request("GET", "/api/v1/health")
        return str(json.load(connection.getresponse())["status"])
    return ""


def ended(processes: Processes) -> bool:
    """Show new warnings and errors; return whether a service has ended, which is said."""
    for service in processes.services:
        for line in service.loud_lines():
            print(f"[{service.name}] {line}", file=sys.stderr)
    if first := processes.ended():
        print(f"The {first.name} service has ended; {first.log} says why.", file=sys.stderr)
    return first is not None


def show_banner(site: Site) -> None:
    """Say where the site is and who may come in."""
    password = (site.folder / PASSWORD_FILE).read_text()
    print(BANNER.format(url=site.url, name=NAME, password=password, logs=site.folder / "logs"), flush=True)


if __name__ == "__main__":
    sys.exit(main())
