"""Training runs in the admin: what they show, and the two buttons."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import User
from recommendations.models import LiveRun, TrainingRun, TrainingStep
from recommendations.training.options import Options
from tests.films import account
from tests.recommendations.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]

RUNS, RETRAIN = reverse("admin:recommendations_trainingrun_changelist"), reverse("admin:retrain")


@pytest.fixture
def owner(client: Client) -> Client:
    """A browser in which the owner is signed in."""
    client.force_login(User.objects.create_superuser("owner"))
    return client


def run_page(run: TrainingRun) -> str:
    return reverse("admin:recommendations_trainingrun_change", args=[run.pk])


def make_live(client: Client, run: TrainingRun) -> Any:
    return client.post(reverse("admin:make-live", args=[run.pk]))


def words(answer: Any) -> str:
    return " ".join(message.message for message in get_messages(answer.wsgi_request))


def test_retrain_now_asks_for_a_run_in_the_owners_name(owner: Client) -> None:
    answer = owner.post(RETRAIN)
    run = TrainingRun.objects.get()
    assert (run.status, str(run.requested_by)) == ("queued", "owner")
    assert f"Run {run.pk} waits" in words(answer)


def test_pressing_retrain_twice_asks_once(owner: Client) -> None:
    owner.post(RETRAIN)
    owner.post(RETRAIN)
    assert TrainingRun.objects.count() == 1


def test_an_older_run_is_made_live_again_and_logged(owner: Client, go: Callable[[], TrainingRun]) -> None:
    older, _newer = go(), go()
    answer = make_live(owner, older)
    assert f"Run {older.pk} is live" in words(answer)
    assert LiveRun.objects.get().run == older
    assert b"Made live" in owner.get(reverse("admin:recommendations_trainingrun_history", args=[older.pk])).content


def test_a_run_that_did_not_succeed_says_why_it_cannot_be_live(owner: Client, live: TrainingRun) -> None:
    failed = TrainingRun.objects.create(status="failed")
    assert "did not succeed" in words(make_live(owner, failed))
    assert LiveRun.objects.get().run == live


def test_a_run_whose_files_are_gone_says_so(owner: Client, go: Callable[[], TrainingRun], options: Options) -> None:
    older, newer = go(), go()
    options.lists.drop(older.pk)
    assert "train again" in words(make_live(owner, older))
    assert LiveRun.objects.get().run == newer


def test_buttons_do_nothing_when_they_are_only_visited(owner: Client, live: TrainingRun) -> None:
    assert owner.get(RETRAIN).status_code == owner.get(reverse("admin:make-live", args=[live.pk])).status_code == 405
    assert TrainingRun.objects.count() == 1


def test_buttons_are_for_those_who_may_change_runs(client: Client, go: Callable[[], TrainingRun]) -> None:
    older, newer = go(), go()
    helper = account("helper")
    helper.is_staff = True
    helper.save()
    helper.user_permissions.add(Permission.objects.get(codename="view_trainingrun"))
    client.force_login(helper)
    assert b"Retrain now" not in client.get(RUNS).content
    assert b"Make this run live" not in client.get(run_page(older)).content
    assert client.post(RETRAIN).status_code == make_live(client, older).status_code == 403
    assert (LiveRun.objects.get().run, TrainingRun.objects.count()) == (newer, 2)


def test_buttons_hold_against_other_sites(live: TrainingRun) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_superuser("owner"))
    assert browser.post(RETRAIN).status_code == 403
    assert TrainingRun.objects.count() == 1


def test_the_button_is_on_every_run_but_the_live_one(owner: Client, go: Callable[[], TrainingRun]) -> None:
    older, newer = go(), go()
    assert b"Make this run live" in owner.get(run_page(older)).content
    assert b"Make this run live" not in owner.get(run_page(newer)).content


def test_a_run_shows_its_metrics_and_steps_to_read_and_not_to_change(owner: Client, live: TrainingRun) -> None:
    html = owner.get(run_page(live)).content.decode()
    for shown in ("item_knn", "NDCG@10", "RMSE", "60 people, 40 films", "extract", "publish"):
        assert shown in html
    assert 'name="_save"' not in html
    assert owner.post(run_page(live), {"status": "failed"}).status_code == 403


def test_a_run_says_in_words_what_its_figures_mean_and_how_sure_they_are(owner: Client, live: TrainingRun) -> None:
    html = owner.get(run_page(live)).content.decode()
    found, ends = live.metrics["recommenders"]["item_knn"], live.metrics["intervals"]["item_knn"]["hit_rate_at_10"]
    low, high = (f"{100 * end:.1f}" for end in ends)
    assert "so many people find a film they loved among the first 10" in html
    assert f"{100 * found['hit_rate_at_10']:.1f}\xa0%<br>({low}–{high}\xa0%)" in html
    assert "how far a list&#x27;s genres are from the person&#x27;s" in html
    assert f"{live.metrics['people']} people who were kept out of the fit" in html
    assert html.index('scope="col">item knn') < html.index('scope="col">popularity')


def test_a_run_of_an_older_version_is_shown_without_what_it_did_not_measure(owner: Client) -> None:
    run = TrainingRun.objects.create(metrics={"people": 3, "recommenders": {"svd": {"charm_at_10": 0.5}}})
    html = owner.get(run_page(run)).content.decode()
    assert "charm at 10" in html
    assert "0.500" in html


@pytest.mark.parametrize("status", TrainingRun.Status.values)
def test_a_run_that_has_come_nowhere_yet_can_be_looked_at(owner: Client, status: str) -> None:
    run = TrainingRun.objects.create(status=status, started_at=NOW, finished_at=NOW + timedelta(seconds=90))
    TrainingStep.objects.create(run=run, name="extract", started_at=NOW)
    assert b"90.0 s" in owner.get(run_page(run)).content
    assert owner.get(RUNS).status_code == 200


def test_runs_are_neither_added_nor_deleted_by_hand(owner: Client, live: TrainingRun) -> None:
    assert owner.get(reverse("admin:recommendations_trainingrun_add")).status_code == 403
    path = reverse("admin:recommendations_trainingrun_delete", args=[live.pk])
    assert owner.post(path, {"post": "yes"}).status_code == 403
