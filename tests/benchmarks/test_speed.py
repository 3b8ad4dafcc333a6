"""The benchmark measures what it says: whole process trees, every rating, and rows that add up to a report."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from scipy import sparse

from benchmarks.speed import bare, picture, report
from benchmarks.speed.data import SCALES, matrix
from benchmarks.speed.processes import run

MEGABYTE = 1024**2
CSV = "userId,movieId,rating,timestamp\n1,10,4.5,1000\n1,20,3.0,1001\n7,10,0.5,1002\n"
# A process whose child holds a hundred megabytes for a while.
CHILD = (
    f"import time; held = bytearray(100 * {MEGABYTE}); held[::4096] = bytes([1]) * len(held[::4096]); time.sleep(0.5)"
)
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}], check=True)"


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    folder = tmp_path / "ratings"
    folder.mkdir()
    (folder / "ratings.csv").write_text(CSV)
    return folder


def test_what_a_process_starts_counts_as_its_memory() -> None:
    cost = run("a parent", [sys.executable, "-c", PARENT], os.environ)
    assert cost.memory > 100 * MEGABYTE
    assert cost.seconds > 0.5


def test_a_command_that_fails_stops_the_benchmark_and_shows_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run("a failure", [sys.executable, "-c", "raise SystemExit('no such film')"], os.environ)
    assert "no such film" in capsys.readouterr().out


def test_the_bare_load_loads_every_rating_with_its_indexes(ratings: Path, tmp_path: Path) -> None:
    bare.sqlite(ratings / "ratings.csv", str(tmp_path / "bare.sqlite3"))
    with sqlite3.connect(tmp_path / "bare.sqlite3") as connection:
        stored = connection.execute("SELECT rater, movie, half_stars, rated_at FROM bare_rating").fetchall()
        indexes = connection.execute("SELECT COUNT(*) FROM sqlite_master WHERE type = 'index'").fetchone()[0]
    assert stored == [(1, 10, 9, 1000), (1, 20, 6, 1001), (7, 10, 1, 1002)]
    assert indexes == 2


def test_the_matrix_has_every_rating_in_stars(ratings: Path) -> None:
    assert sparse.load_npz(matrix(ratings)).toarray().tolist() == [[4.5, 3.0], [0.5, 0.0]]


def test_a_report_keeps_earlier_rows_and_draws_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path)
    monkeypatch.setattr(report, "_machine", lambda python: "a machine")
    step = {"name": "fit", "seconds": 5.0, "memory": 10**9, "fits": {}}
    report.report("1m", [report.row("als", 10, 20, "implicit")], [], Path())
    report.report("1m", [report.row("night-path", 300, 600, "limit")], [step], Path())
    kept = (tmp_path / "speed-1m.json").read_text()
    assert '"als"' in kept
    assert '"ratio": 0.5' in kept
    assert "als (earlier)" in capsys.readouterr().out
    for name in ("speed-1m.svg", "growth.svg"):
        assert ElementTree.parse(tmp_path / name).getroot().tag.endswith("svg")


def test_growth_draws_every_step_at_every_scale_and_names_what_outgrows_the_ratings() -> None:
    def step(name: str, seconds: float) -> report.Row:
        return {"name": name, "seconds": seconds, "memory": 10**9, "fits": {}}

    steps = {
        scale: [step("extract", size.ratings / 10**6), step("evaluate", size.ratings**1.5 / 10**9)]
        for scale, size in SCALES.items()
    }
    drawn = ElementTree.fromstring(picture.growth(SCALES, steps))
    assert len(drawn.findall("{*}circle")) == 2 * 2 * len(SCALES)
    words = [text.text for text in drawn.findall("{*}text")]
    assert "grows faster than the ratings: evaluate" in words
