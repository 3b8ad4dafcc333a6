import shutil
import subprocess

import pytest

from scripts.demo.site import ROOT


@pytest.fixture
def without_python(tmp_path):
    """A copy of the installer's folder, and a PATH with a shell but no Python that is new enough."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "make", "rm", "cksum", "cut", "cat"):
        (programs / name).symlink_to(shutil.which(name))
    (programs / "python3").write_text("#!/bin/sh\nexit 1\n")
    (programs / "python3").chmod(0o755)
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    return {"cwd": tmp_path, "env": {"PATH": str(programs)}}


def test_a_missing_python_is_one_sentence(without_python):
    refused = subprocess.run(["make", "demo"], check=False, **without_python, capture_output=True, text=True)
    assert refused.returncode != 0
    assert refused.stderr.startswith("Marquee needs Python 3.11 or newer, and there is none in PATH.\nmake: ***")


def test_the_installer_itself_ends_with_1(without_python):
    command = ["scripts/install-requirements.sh", ".venv/stamp", "requirements.txt"]
    assert subprocess.run(command, check=False, **without_python, capture_output=True).returncode == 1


@pytest.mark.parametrize(("ci", "status"), [("", 0), ("true", 1)])
def test_missing_servers_are_named_and_fail_only_in_ci(without_python, ci, status):
    folder, environment = without_python["cwd"], without_python["env"] | {"CI": ci}
    for name in ("id", "mktemp", "tail", "env", "ls"):
        (folder / "bin" / name).symlink_to(shutil.which(name))
    command = ["scripts/install-servers.sh"]
    done = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == status
    assert "redis-server" in done.stderr
    assert "chromium" in done.stderr
