import os
import socket
import subprocess
import sys

import pytest

from scripts.demo.site import ROOT, Refused, Site
from tests.servers import free_port


def demo(**wishes: str) -> subprocess.CompletedProcess[str]:
    """What `make demo` does with wishes that it refuses."""
    command, environment = [sys.executable, "-m", "scripts.demo"], os.environ | wishes
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.fixture
def used_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_one_sentence(used_port, tmp_path):
    refused = demo(PORT=str(used_port), VAR_DIR=str(tmp_path))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {used_port} is in use: ")
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""


@pytest.mark.parametrize(
    ("dataset", "sentence"),
    [
        ("ml-200k", "DATASET=ml-200k is no zip"),
        (str(ROOT), "holds no MovieLens release"),
        (__file__, "not a zip file"),
    ],
)
def test_a_bad_dataset_is_one_sentence_and_leaves_nothing(tmp_path, dataset, sentence):
    refused = demo(DATASET=dataset, VAR_DIR=str(tmp_path / "site"), PORT=str(free_port()))
    assert refused.returncode == 1
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert refused.stdout == ""
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０", "8000.0"])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(Refused, match="is no port"):
        Site.wanted({"PORT": port})


def test_without_wishes_it_is_the_sample_on_this_machine():
    site = Site.wanted({})
    assert (site.source, site.url) == ("sample", "http://127.0.0.1:8000")
    assert site.folder == ROOT / "var" / "sample"


def test_each_dataset_has_a_folder_of_its_own(tmp_path):
    (tmp_path / "sample").mkdir()
    (tmp_path / "my films.zip").touch()
    wanted = ["sample", "ml-100k", str(tmp_path / "sample"), str(tmp_path / "my films.zip")]
    folders = [Site.wanted({"DATASET": dataset}).folder for dataset in wanted]
    assert [folder.name for folder in folders] == ["sample", "ml-100k", "sample-files", "my-films"]


def test_a_release_and_its_archive_share_a_folder(tmp_path):
    archive = tmp_path / "ml-100k.zip"
    archive.touch()
    assert Site.wanted({"DATASET": str(archive)}).folder == Site.wanted({"DATASET": "ml-100k"}).folder


def test_the_servers_of_another_site_do_not_get_in(tmp_path):
    site = Site.wanted({"VAR_DIR": str(tmp_path)})
    environment = site.environment({"DATABASE_URL": "postgres://production", "REDIS_URL": "redis://x", "HOME": "/h"})
    assert not {"DATABASE_URL", "REDIS_URL"} & set(environment)
    assert environment["ENV_FILE"] == os.devnull
    assert environment["HOME"] == "/h"


def test_debug_is_off_and_the_demo_sign_in_is_on():
    environment = Site.wanted({}).environment({"DEBUG": "1"})
    assert (environment["DEBUG"], environment["DEMO"]) == ("0", "1")


def test_a_site_for_the_neighbours_answers_to_any_name():
    site = Site.wanted({"HOST": "0.0.0.0", "PORT": "8123"})
    assert site.url == "http://127.0.0.1:8123"
    assert site.environment({})["ALLOWED_HOSTS"] == "*"


def test_the_address_can_be_that_of_a_proxy():
    site = Site.wanted({"SITE_URL": "https://films.example.org", "HOST": "0.0.0.0"})
    assert site.environment({})["SITE_URL"] == "https://films.example.org"
    assert "ALLOWED_HOSTS" not in site.environment({})


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(Refused, match=r"cannot listen on 192\.0\.2\.1"):
        Site.wanted({"HOST": "192.0.2.1"}).check_port()


def test_two_demos_do_not_share_a_folder(tmp_path):
    site = Site.wanted({"VAR_DIR": str(tmp_path)})
    with site.lock(), pytest.raises(Refused, match="running already"):
        site.lock()
    site.lock().close()
