"""Memory is that of the whole family of processes: a fit that starts others cannot hide in them."""

import subprocess
import sys

from recommendations.training.meter import Meter, memory_held

MEGABYTE = 1024**2
CHILD = f"held = bytes([1]) * (100 * {MEGABYTE}); print('held', flush=True); input()"


def test_what_a_child_holds_counts() -> None:
    before = memory_held()
    with Meter() as meter, subprocess.Popen([sys.executable, "-c", CHILD], stdin=-1, stdout=-1) as child:
        child.stdout.readline()
        held = memory_held()
        while meter.peak_memory < held - 20 * MEGABYTE:
            assert child.poll() is None
        child.communicate(b"\n")
    assert held - before > 100 * MEGABYTE
    assert meter.seconds > 0
