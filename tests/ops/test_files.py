"""The files that other people's tools read say what the code does."""

import re
import subprocess
import sys

import pytest
import yaml

from scripts.demo.services import SERVICES
from scripts.demo.site import ROOT
from scripts.demo.steps import UNUSED
from tests.environment import EXAMPLE, VARIABLE

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
READ = re.compile(r"""\benv\.\w+\(\s*["']([A-Z_]+)["']|\benviron(?:\.get\(|\[)["']([A-Z_]+)["']""")
OURS = ["web", "worker", "beat", "migrate"]


def read_by_the_code() -> set[str]:
    folders = ["config", "catalog", "accounts", "recommendations"]
    sources = [path.read_text() for folder in folders for path in (ROOT / folder).rglob("*.py")]
    names = {first or second for source in sources for first, second in READ.findall(source)}
    return names - {"ENV_FILE", "DJANGO_SETTINGS_MODULE"}


def read_by_compose() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def test_every_variable_is_described_and_no_other():
    assert set(VARIABLE.findall(EXAMPLE.read_text())) == read_by_the_code() | read_by_compose()


def test_the_example_is_a_valid_env_file(tmp_path):
    environment = {"PATH": "", "ENV_FILE": str(EXAMPLE), "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("name", SERVICES)
def test_compose_runs_the_commands_that_the_demo_runs(name):
    assert COMPOSE["services"][name]["command"] == SERVICES[name]


def test_the_image_starts_the_web_server_by_itself():
    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    command = re.search(r"^CMD (.*)$", dockerfile, re.MULTILINE)
    assert yaml.safe_load(command[1]) == SERVICES["web"]
    assert " ".join(UNUSED) in re.sub(r" +", " ", dockerfile)
    assert "\nUSER marquee\n" in dockerfile


def test_compose_migrates_before_anything_of_ours_starts():
    assert COMPOSE["services"]["migrate"]["command"] == ["python", "manage.py", "migrate", "--noinput"]
    for name in ("web", "worker", "beat"):
        needs = COMPOSE["services"][name]["depends_on"]
        assert needs["migrate"] == {"condition": "service_completed_successfully"}
        assert needs["db"] == needs["redis"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", OURS)
def test_compose_keeps_everything_on_named_volumes(name):
    service = COMPOSE["services"][name]
    assert service["volumes"] == ["site:/var/lib/marquee"]
    assert service["environment"]["VAR_DIR"] == "/var/lib/marquee"
    assert service["environment"]["DATASETS_DIR"] == "/var/lib/marquee/datasets"
    assert service["environment"]["DATABASE_URL"].endswith("@db:5432/marquee")
    assert service["environment"]["REDIS_URL"] == "redis://redis:6379/0"


def test_compose_names_every_volume_that_it_mounts():
    mounted = {volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service["volumes"]}
    assert mounted == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", ["web", "worker", "db", "redis"])
def test_compose_watches_what_others_wait_for(name):
    assert COMPOSE["services"][name]["healthcheck"]["test"]


def test_only_this_machine_reaches_compose_without_a_proxy():
    published = {name: service.get("ports", []) for name, service in COMPOSE["services"].items()}
    assert published.pop("web") == ["127.0.0.1:${PORT:-8000}:8000"]
    assert not any(published.values())


def test_ci_runs_check_and_test():
    steps = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["ci"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make check", "make test"]


def test_make_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\S+) +\S", shown, re.MULTILINE) == targets


def test_make_alone_shows_the_help():
    plain = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    asked = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert plain.stdout == asked.stdout
