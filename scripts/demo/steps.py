"""What has to be done before the site can start, and whether it was done with this very code and data."""

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.demo.processes import Processes
from scripts.demo.site import ROOT, Site

STAMPS = "prepared.json"
# What DRF and its Swagger bring along for pages that we do not have.
UNUSED = ["--ignore", "redoc", "--ignore", "rest_framework"]


@dataclass(frozen=True)
class Step:
    """A command that prepares the site.

    Attributes:
        name: the key of its stamp.
        says: what is shown while it runs.
        command: what Python is given.
        made_from: patterns below the project's root of the code that its outcome depends on.
        leaves: what must be in the site's folder once it was done.
        facts: what its outcome depends on besides.
    """

    name: str
    says: str
    command: list[str]
    made_from: list[str]
    leaves: str
    facts: str = ""

    def fingerprint(self, before: str) -> str:
        """Return a hash of the code, the facts, and the fingerprint of the step before."""
        digest = hashlib.sha256(f"{before}\n{self.facts}\n".encode())
        for path in sorted({path for pattern in self.made_from for path in ROOT.glob(pattern) if path.is_file()}):
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()


def steps(site: Site, environment: Mapping[str, str]) -> list[Step]:
    """Return the steps in order; each depends on those before it."""
    choices = sorted(item for item in environment.items() if item[0].startswith("RECS_"))
    stages = ["data", "algorithms", "rating", "evaluation", "store", "training"]
    return [
        Step(
            name="migrate",
            says="Making the database",
            command=["manage.py", "migrate", "--noinput", "--verbosity", "0"],
            made_from=["*/migrations/*.py", "requirements.txt"],
            leaves="db.sqlite3",
        ),
        Step(
            name="import",
            says=f"Importing {site.source}",
            command=["manage.py", "import_movielens", site.source],
            made_from=["catalog/**/*.py", "catalog/sample/**/*"],
            facts=repr(_contents(site.source)),
            leaves="db.sqlite3",
        ),
        Step(
            name="train",
            says="Training",
            command=["manage.py", "train"],
            made_from=[f"recommendations/{stage}/**/*.py" for stage in stages],
            facts=repr(choices),
            leaves="runs",
        ),
        Step(
            name="static",
            says="Collecting static files",
            command=["manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0", *UNUSED],
            made_from=["static/**/*", "*/static/**/*"],
            leaves="static",
        ),
        Step(
            name="owner",
            says="Making the owner's account",
            command=["-m", "scripts.demo.owner"],
            made_from=["scripts/demo/owner.py"],
            leaves="owner_password",
        ),
    ]


def prepare(site: Site, processes: Processes, environment: Mapping[str, str]) -> None:
    """Do the steps that were not done yet. A step that fails has said why itself, and ends the demo."""
    stamps = site.folder / STAMPS
    done: dict[str, str] = json.loads(stamps.read_text()) if stamps.exists() else {}
    fingerprint = ""
    for step in steps(site, environment):
        fingerprint = step.fingerprint(fingerprint)
        if done.get(step.name) == fingerprint and (site.folder / step.leaves).exists():
            continue
        print(f"{step.says} …", flush=True)
        if processes.run([sys.executable, *step.command]) != 0:
            raise SystemExit(1)
        done[step.name] = fingerprint
        _write(stamps, json.dumps(done, indent=2))


def _contents(source: str) -> list[tuple[str, int, int]]:
    """Return name, size and time of each file of the data; nothing for the sample and for releases by name."""
    path = Path(source)
    files = [path] if path.is_file() else sorted(file for file in path.glob("**/*") if file.is_file())
    return [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]


def _write(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)
