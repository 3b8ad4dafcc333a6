"""Runs what is measured, each in a process tree of its own: how long it takes and how much memory it holds."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
_INTERVAL = 0.05
_VARIABLE = re.compile(r"^#? ?([A-Z][A-Z_]*)=", re.MULTILINE)


@dataclass(frozen=True)
class Cost:
    """What a process and all that it started took: seconds on the wall and of processors, bytes at the most."""

    seconds: float
    processor_seconds: float
    memory: int

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.processor_seconds:.1f} s of processors), {self.memory / 1024**3:.2f} GB"


def run(what: str, command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Run a command to its end and say what it took. Raises CalledProcessError after showing what it said last."""
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        going = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=said)
        tree, memory, ended = psutil.Process(going.pid), 0, 0
        while not ended:
            memory = max(memory, _held(tree))
            time.sleep(_INTERVAL)
            ended, status, usage = os.wait4(going.pid, os.WNOHANG)
        seconds = time.perf_counter() - started
        going.returncode = os.waitstatus_to_exitcode(status)
        if going.returncode:
            said.seek(0)
            print(said.read().decode(errors="replace")[-2_000:])
            raise subprocess.CalledProcessError(going.returncode, command)
    cost = Cost(seconds, usage.ru_utime + usage.ru_stime, memory)
    print(f"{what}: {cost}", flush=True)
    return cost


def own_environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment with a site in `folder`, and nothing of the person's own site."""
    ours = set(_VARIABLE.findall((ROOT / ".env.example").read_text()))
    others = {name: value for name, value in os.environ.items() if name not in ours}
    return others | {"VAR_DIR": str(folder), "ENV_FILE": os.devnull, "LOG_LEVEL": "ERROR"} | settings


def _held(process: psutil.Process) -> int:
    """Return the bytes of a process and everything below it; what they share counts for each of them."""
    total = 0
    with suppress(psutil.Error):
        for member in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):
                total += int(member.memory_info().rss)
    return total
