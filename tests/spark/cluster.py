"""A real Spark master and workers on the loopback, from the PySpark package, ended by their own ids."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pyspark

from tests import servers

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
# Debian's libpostgresql-jdbc-java; Spark brings no driver of its own.
POSTGRESQL_DRIVER = Path("/usr/share/java/postgresql.jar")
DEFAULTS = """
spark.driver.memory 512m
spark.executor.memory {executor_memory}
spark.jars {jars}
spark.sql.shuffle.partitions {partitions}
"""
# Tests run for seconds: what compiles slowly and runs fast later is not worth it.
QUICK = """
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
"""


@dataclass
class Standalone:
    """A master, its workers, and the folder with their logs and configuration."""

    folder: Path
    master: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return self.processes[1:]

    @property
    def environment(self) -> dict[str, str]:
        """What a training process has to be told of it."""
        return {"SPARK_CONF_DIR": str(self.folder / "conf"), "SPARK_LOCAL_IP": "127.0.0.1"}

    def add_worker(self, memory: str = "640m") -> None:
        """Start one more, with one core."""
        folder = self.folder / f"worker-{len(self.processes)}"
        options = ["--cores", "1", "--memory", memory, "--work-dir", str(folder), "--webui-port", "0", self.master]
        self._start(
            "Worker", ["--host", "127.0.0.1", *options], f"worker-{len(self.processes)}.log", "registered with"
        )

    def start_master(self) -> None:
        port = self.master.rpartition(":")[2]
        options = ["--host", "127.0.0.1", "--port", port, "--webui-port", str(servers.free_port())]
        self._start("Master", options, "master.log", "New state: ALIVE")

    def _start(self, role: str, options: list[str], log: str, ready: str) -> None:
        kind = role.lower()
        command = [*_dying_with_us(), str(SPARK_CLASS), f"org.apache.spark.deploy.{kind}.{role}", *options]
        environment = os.environ | self.environment | {"PYSPARK_PYTHON": sys.executable, "SPARK_DAEMON_MEMORY": "256m"}
        with (self.folder / log).open("w") as output:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        self.processes.append(process)
        until(lambda: ready in (self.folder / log).read_text(), f"{role} did not start, see {self.folder / log}")

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


@contextmanager
def standalone(
    folder: Path, *, workers: int = 2, worker_memory: str = "640m", executor_memory: str = "512m", quick: bool = True
) -> Iterator[Standalone]:
    """Run a master and `workers` with one core each while the block lasts."""
    jars = POSTGRESQL_DRIVER if POSTGRESQL_DRIVER.exists() else ""
    (folder / "conf").mkdir(parents=True)
    defaults = DEFAULTS.format(executor_memory=executor_memory, jars=jars, partitions=2 if quick else 8)
    (folder / "conf" / "spark-defaults.conf").write_text(defaults + (QUICK if quick else ""))
    cluster = Standalone(folder, f"spark://127.0.0.1:{servers.free_port()}")
    try:
        cluster.start_master()
        for _ in range(workers):
            cluster.add_worker(worker_memory)
        yield cluster
    finally:
        cluster.stop()


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, without asking."""
    for member in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
        member.send_signal(signal.SIGKILL)
    process.wait()


def until(happened: Callable[[], object], otherwise: str, seconds: float = 120) -> None:
    """Wait for something to happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)


def _dying_with_us() -> list[str]:
    """Return the prefix that ends a server when the tests are killed and cannot do it themselves (Linux only)."""
    return ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
