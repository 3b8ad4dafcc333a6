"""Between Marquee and the cluster: one Spark session for one run, opened within bounds and watched until its end."""

import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

import recommendations
from recommendations.training.engine import EngineUnavailable

CONNECT_SECONDS = 5
# How long a run waits for a worker, at its beginning and when all of them are gone.
WORKER_SECONDS = 60
_LOOK_EVERY = 1.0
# What tasks need of us: the stages that know neither Django nor Redis, and what is said to run on executors.
_SHIPPED = ("data", "algorithms", "rating", "evaluation", "spark")
_OF_SPARK = (PySparkException, Py4JError, ConnectionError)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_CONFIGURATION = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.maxBytesPerBatch": str(16 * 1024**2),
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",  # Spark itself keeps all cores busy
    "spark.executorEnv.OMP_NUM_THREADS": "1",
}


class Cluster:
    """A Spark session at `master` that ends in a sentence when the cluster is not there or goes away.

    `session` is pyspark's. Everything else that Spark can be told (memory, jars, Python's place) stands in the
    owner's own spark-defaults.conf and SPARK_ variables.
    """

    def __init__(self, master: str, *, worker_seconds: float = WORKER_SECONDS) -> None:
        """Connect. Raises EngineUnavailable: no master in CONNECT_SECONDS, or no worker in `worker_seconds`."""
        self.master = master
        self._worker_seconds = worker_seconds
        self._ended, self._deserted = threading.Event(), False
        self._code = Path(tempfile.mkdtemp(prefix="marquee-spark-"))
        try:
            _check_java()
            _check_master(master)
            with self.sentences():
                self.session = _session(master)
                self.session.sparkContext.addPyFile(str(_zipped_code(self._code)))
            self._wait_for_worker()
        except BaseException:
            self.close()
            raise
        threading.Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Turn whatever Spark says of a failed job into EngineUnavailable."""
        try:
            yield
        except _OF_SPARK as error:
            if self._deserted:
                raise EngineUnavailable(
                    f"All workers of {self.master} have been gone for {self._worker_seconds:.0f} s. "
                    "Start one and train again."
                ) from error
            raise EngineUnavailable(f"Spark at {self.master} could not go on: {_cause(error)}") from error

    def close(self) -> None:
        """End the session, and with it this run's executors."""
        self._ended.set()
        shutil.rmtree(self._code, ignore_errors=True)
        if hasattr(self, "session"):
            with suppress(*_OF_SPARK):  # its JVM may be gone already
                self.session.stop()

    def cores(self) -> int:
        """Return how many tasks the cluster works on at once."""
        return int(self.session.sparkContext.defaultParallelism)

    def executors(self) -> int:
        """Return how many executors work for us; a master that is only this process counts as one."""
        context: Any = self.session.sparkContext
        if self.master.startswith("local"):
            return 1
        return int(context._jsc.sc().getExecutorMemoryStatus().size()) - 1

    def _wait_for_worker(self) -> None:
        deadline = time.monotonic() + self._worker_seconds
        while not self.executors():
            if time.monotonic() > deadline:
                raise EngineUnavailable(
                    f"No worker of {self.master} took up the run within {self._worker_seconds:.0f} s: start one, or "
                    "ask for less in spark-defaults.conf (spark.executor.memory, spark.executor.cores)."
                )
            time.sleep(0.2)

    def _watch(self) -> None:
        """Give a run up whose workers are all gone: Spark itself would wait for new ones for ever."""
        seen = time.monotonic()
        while not self._ended.wait(_LOOK_EVERY):
            try:
                if self.executors():
                    seen = time.monotonic()
                elif time.monotonic() > seen + self._worker_seconds:
                    self._deserted = True
                    self.session.sparkContext.cancelAllJobs()
            except (*_OF_SPARK, AttributeError):
                return  # the session has ended meanwhile; whoever uses it is told


def _session(master: str) -> SparkSession:
    """Return a new session. On the loopback nothing listens on other addresses."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("Marquee")
    here = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    if urlsplit(master).hostname in _LOOPBACK or master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    else:
        here = {}
    for name, value in (_CONFIGURATION | here).items():
        builder = builder.config(name, value)
    session: SparkSession = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _check_java() -> None:
    home = os.getenv("JAVA_HOME")
    if not (shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")):
        raise EngineUnavailable(
            "RECS_ENGINE=spark needs Java 17 on this machine: install openjdk-17-jre-headless, or set JAVA_HOME."
        )


def _check_master(master: str) -> None:
    """Look whether somebody listens at spark://host:port,host:port; Spark itself would try for a minute."""
    if not master.startswith("spark://"):
        return
    addresses = [urlsplit(f"spark://{place}") for place in master.removeprefix("spark://").split(",")]
    for address in addresses:
        try:
            socket.create_connection((address.hostname or "", address.port or 7077), CONNECT_SECONDS).close()
        except (OSError, ValueError):
            continue
        return
    raise EngineUnavailable(f"No Spark master answers at {master}. Start it, or correct RECS_SPARK_MASTER.")


def _zipped_code(folder: Path) -> Path:
    """Return a zip of those packages of ours that tasks import."""
    root = Path(recommendations.__file__).parent
    files = [root / "__init__.py", *(path for name in _SHIPPED for path in sorted((root / name).rglob("*.py")))]
    with zipfile.ZipFile(folder / "marquee.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(root.parent))
    return folder / "marquee.zip"


def _cause(error: BaseException) -> str:
    """Return the one line that says most of what Java or a task's Python has to say in many."""
    if "org.postgresql.Driver" in str(error):
        return (
            "it has no PostgreSQL driver; name one in spark-defaults.conf (spark.jars /usr/share/java/postgresql.jar)."
        )
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("Caused by: ") or "Error: " in line]
    return (told or lines or [type(error).__name__])[-1].removeprefix("Caused by: ")[:300]
