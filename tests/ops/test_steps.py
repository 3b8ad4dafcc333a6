from dataclasses import replace

import pytest

from scripts.demo import steps
from scripts.demo.site import Site


class Recorder:
    """Stands for Processes; leaves what each command would leave, and fails where it is told to."""

    def __init__(self, site, fails=""):
        self.site, self.fails, self.ran = site, fails, []

    def run(self, command):
        name = next(step.name for step in steps.steps(self.site, {}) if step.command == command[1:])
        if name == self.fails:
            return 1
        for leaves in ("db.sqlite3", "runs", "static", "owner_password"):
            (self.site.folder / leaves).touch()
        self.ran.append(name)
        return 0


@pytest.fixture
def site(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "ratings.csv").write_text("userId,movieId,rating,timestamp\n")
    folder = tmp_path / "site"
    folder.mkdir()
    return replace(Site.wanted({"DATASET": str(data)}), folder=folder)


def prepare(site, environment=None, **options):
    recorder = Recorder(site, **options)
    steps.prepare(site, recorder, environment or {})
    return recorder.ran


def test_everything_is_done_once(site):
    assert prepare(site) == ["migrate", "import", "train", "static", "owner"]
    assert prepare(site) == []


def test_new_data_is_imported_and_learned_from(site):
    prepare(site)
    (site.folder.parent / "data" / "ratings.csv").write_text("userId,movieId,rating,timestamp\n1,1,4.0,1\n")
    assert prepare(site)[:2] == ["import", "train"]


def test_another_choice_of_recommenders_trains_without_importing(site):
    prepare(site)
    assert prepare(site, {"RECS_DEFAULT": "svd"})[0] == "train"


def test_new_code_runs_the_steps_that_it_is_part_of(site, tmp_path, monkeypatch):
    prepare(site)
    monkeypatch.setattr(steps, "ROOT", tmp_path / "code")
    migration = tmp_path / "code" / "catalog" / "migrations" / "0002_more.py"
    migration.parent.mkdir(parents=True)
    migration.touch()
    assert prepare(site)[0] == "migrate"


def test_what_a_step_has_left_is_made_again_when_it_is_gone(site):
    prepare(site)
    (site.folder / "static").unlink()
    assert prepare(site) == ["static"]


def test_a_step_that_fails_ends_the_demo_and_is_done_again(site):
    with pytest.raises(SystemExit) as ended:
        prepare(site, fails="train")
    assert ended.value.code == 1
    assert prepare(site) == ["train", "static", "owner"]
