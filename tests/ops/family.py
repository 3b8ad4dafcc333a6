"""Run by the tests: a demo in small. Its one service has a child in a session of its own, which may be stubborn."""

import sys
import time
from pathlib import Path

from scripts.demo.processes import Processes, leaving_when_asked

GRANDCHILD = """
import signal, sys, time
if sys.argv[1] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""
SERVICE = f"""
import subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", {GRANDCHILD!r}, sys.argv[1]], stdout=subprocess.PIPE, start_new_session=True
)
child.stdout.readline()
print("ERROR as planned", flush=True)
child.wait()
"""

if __name__ == "__main__":
    with leaving_when_asked(), Processes({}, Path(sys.argv[1])) as processes:
        processes.start("service", [sys.executable, "-c", SERVICE, sys.argv[2]])
        while not list(processes.services[0].loud_lines()):
            time.sleep(0.01)
        sys.stdout.write(f"{processes.mark}\n")
        sys.stdout.flush()
        time.sleep(60)
