import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scripts.demo import keeper
from scripts.demo.processes import Processes

ROOT = Path(__file__).parent.parent.parent
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
MAKEFILE = "family:\n\t@exec $(FAMILY)\n"


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Start tests/ops/family.py, by make or directly; give the process and the mark of its own processes."""
    started = []

    def start(*make: str, nature: str = "obedient") -> tuple[subprocess.Popen[str], str]:
        program = [sys.executable, "-m", "tests.ops.family", str(tmp_path), nature]
        process = subprocess.Popen(
            [*make, f"FAMILY={' '.join(program)}"] if make else program,
            cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        started.append((process, process.stdout.readline().strip()))
        return started[-1]

    yield start
    for process, mark in started:
        process.kill()
        process.wait()
        keeper.end(mark, patience=0)


def wait_until_gone(mark: str) -> bool:
    deadline = time.monotonic() + 20
    while keeper.marked(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not keeper.marked(mark)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_is_no_failure(family, number):
    process, mark = family()
    assert len(keeper.marked(mark)) == 2
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert not keeper.marked(mark)


def test_nothing_is_left_when_the_demo_is_killed(family):
    process, mark = family(nature="stubborn")
    process.kill()
    process.wait()
    assert wait_until_gone(mark)


def test_nothing_is_left_when_the_keeper_is_killed_before(family):
    process, mark = family()
    for child in psutil.Process(process.pid).children():
        if "keeper.py" in " ".join(child.cmdline()):
            child.kill()
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert not keeper.marked(mark)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_ends_every_process(family, tmp_path, number):
    (tmp_path / "Makefile").write_text(MAKEFILE)
    process, mark = family("make", "--silent", "-f", str(tmp_path / "Makefile"))
    process.send_signal(number)
    process.wait(timeout=20)
    assert wait_until_gone(mark)


def test_a_service_that_ends_is_noticed(tmp_path):
    with Processes({}, tmp_path) as processes:
        processes.start("long", SLEEP)
        processes.start("short", [sys.executable, "-c", ""])
        processes.services[1].process.wait()
        ended = processes.ended()
    assert ended is not None
    assert ended.name == "short"


def test_only_warnings_and_errors_come_to_the_terminal(tmp_path):
    says = "print('[INFO] all is well'); print('2026-11-20 ERROR django: no'); print('ValueError: also no')"
    with Processes({}, tmp_path) as processes:
        processes.start("loud", [sys.executable, "-c", says])
        processes.services[0].process.wait()
        assert list(processes.services[0].loud_lines()) == ["2026-11-20 ERROR django: no", "ValueError: also no"]
        assert list(processes.services[0].loud_lines()) == []


def test_the_log_of_the_last_start_is_kept(tmp_path):
    for words in ("first", "second"):
        with Processes({}, tmp_path) as processes:
            processes.start("web", [sys.executable, "-c", f"print('{words}')"])
            processes.services[0].process.wait()
    assert (tmp_path / "web.log").read_text() == "second\n"
    assert (tmp_path / "web.log.1").read_text() == "first\n"


def test_a_step_tells_how_it_ended(tmp_path):
    with Processes({}, tmp_path) as processes:
        assert processes.run([sys.executable, "-c", "raise SystemExit(3)"]) == 3
