"""From ratings to published lists, and what a run that fails leaves behind."""

import errno
from collections.abc import Callable

import numpy as np
import pytest
from django.db import connection

from accounts import services
from catalog.models import Movie, Numbering, Rater, Rating, Release, random_public_id
from recommendations.data import InvalidInteractions
from recommendations.evaluation import held_out_people
from recommendations.models import LiveRun, TrainingRun
from recommendations.serving import live_run
from recommendations.store import artifacts
from recommendations.training import publish
from recommendations.training.extract import extract
from recommendations.training.options import Options
from recommendations.training.people import in_order_of, lasting_keys
from recommendations.training.train import Progress, sentence, train
from tests.recommendations.conftest import NOW, Clock

Go = Callable[[], TrainingRun]


def test_a_run_leaves_its_configuration_data_metrics_and_steps(live: TrainingRun) -> None:
    assert live.status == TrainingRun.Status.SUCCEEDED
    assert live.configuration["item_knn"]["neighbors"] == 100
    assert live.data == {"people": 60, "films": 40, "ratings": Rating.objects.count()}
    assert live.metrics["recommenders"]["item_knn"]["ndcg_at_10"] > 0
    assert set(live.metrics["stars"]) == {"rmse", "mae", "ratings"}
    names = [step.name for step in live.steps.all()]
    assert names == ["extract", "fit", "evaluate", "refit", "save", "publish", "flip"]
    assert all(step.seconds > 0 and step.peak_memory > 10_000_000 for step in live.steps.all())


def test_everybody_who_rated_has_a_list_and_the_run_is_live(live: TrainingRun, options: Options) -> None:
    assert live_run() == live
    for rater in Rater.objects.all():
        kept = options.lists.get(live.pk, "item_knn", rater.public_id)
        assert len(kept.movies)
        assert not set(kept.movies.tolist()) & set(rater.ratings.values_list("movie_id", flat=True))


def test_ratings_become_the_matrix_and_the_same_ones_the_same_fingerprint(site: list[Movie]) -> None:
    snapshot = extract()
    rater = Rater.objects.get(number=7)
    row = snapshot.interactions[snapshot.ids.rater_ix([rater.public_id])]
    expected = {rating.movie_id: rating.stars for rating in rater.ratings.all()}
    assert dict(zip(snapshot.ids.movies[row.indices].tolist(), row.data.tolist(), strict=True)) == expected
    assert extract().fingerprint() == snapshot.fingerprint()
    services.rate(rater=rater, movie=site[0], stars=3, at=NOW)
    assert extract().fingerprint() != snapshot.fingerprint()


def test_a_run_says_how_varied_and_how_fitting_lists_are(live: TrainingRun) -> None:
    figures, intervals = live.metrics["recommenders"]["item_knn"], live.metrics["intervals"]["item_knn"]
    for name in ("diversity", "miscalibration"):
        low, high = intervals[name]
        assert 0 <= low <= figures[name] <= high


def test_two_imports_of_the_same_data_train_to_equal_metrics(go: Go, options: Options) -> None:
    first = go()
    for rater in Rater.objects.order_by("-number"):
        Rater.objects.filter(pk=rater.pk).update(public_id=random_public_id())
    second = go()
    assert second.data_fingerprint != first.data_fingerprint
    assert second.metrics == first.metrics


def test_other_people_are_held_out_of_another_release(go: Go) -> None:
    first = go()
    Release.objects.update(name="another")
    assert go().metrics != first.metrics


def test_rows_in_lasting_order_keep_their_ratings_and_times(site: list[Movie]) -> None:
    for rating in Rating.objects.select_related("rater", "movie"):
        Rating.objects.filter(pk=rating.pk).update(rated_at=rating.rater.number * 1000 + rating.movie.number)
    Rater.objects.filter(number=9).update(trains=False)
    snapshot = extract()
    matrix, side, keys = in_order_of(lasting_keys(snapshot.ids.raters), snapshot)
    assert (np.diff(keys.astype(float)) >= 0).all()
    people = side.times // 1000
    stars = {(rating.rater.number, rating.movie.number): rating.stars for rating in Rating.objects.select_related()}
    found = zip(people.tolist(), (side.times % 1000).tolist(), matrix.data.tolist(), strict=True)
    assert {(person, film): given for person, film, given in found} == {
        place: given for place, given in stars.items() if place[0] != 9
    }
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    assert len(set(zip(rows.tolist(), people.tolist(), strict=True))) == 59


def test_keys_last_for_imported_people_and_for_accounts(site: list[Movie]) -> None:
    services.rate(rater=Rater.objects.create(public_id=77), movie=site[0], stars=3, at=NOW)
    before = _keys()
    Rater.objects.filter(number=5).update(public_id=random_public_id())
    assert _keys() == before
    Rater.objects.filter(public_id=77).update(public_id=78)
    assert len(_keys() - before) == 1


def test_a_thousand_neighbours_are_held_out_evenly(db: None) -> None:
    release = Release.objects.create(name="sample", numbering=Numbering.SAMPLE)
    Rater.objects.bulk_create(Rater(release=release, number=number) for number in range(1, 1001))
    keys = lasting_keys(np.sort(np.array(Rater.objects.values_list("public_id", flat=True))))
    assert len(set(keys.tolist())) == 1000
    assert 70 < held_out_people(keys, 0.1).sum() < 130


def test_films_come_with_their_genres(site: list[Movie]) -> None:
    side = extract().side
    science_fiction = side.film_features[:, [side.film_feature_names.index("genre:Sci-Fi")]].toarray()[:, 0]
    assert science_fiction.tolist() == [1] * 20 + [0] * 20


def test_models_never_learn_from_those_who_do_not_train_but_publish_for_them(
    site: list[Movie], options: Options, go: Go
) -> None:
    visitor = Rater.objects.get(number=1)
    Rater.objects.filter(pk=visitor.pk).update(trains=False)
    snapshot = extract()
    row = snapshot.ids.rater_ix([visitor.public_id])[0]
    assert snapshot.training_matrix()[[row]].nnz == 0
    assert options.lists.get(go().pk, "item_knn", visitor.public_id) is not None


def test_a_step_that_breaks_leaves_the_old_run_live_and_says_why(
    live: TrainingRun, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "publish_lists", _broken)
    with pytest.raises(OSError, match="No space left"):
        go()
    assert live_run() == live
    failed = TrainingRun.objects.first()
    assert (failed.status, failed.error) == ("failed", "OSError: No space left on device")


@pytest.mark.parametrize(
    "writer", ["recommendations.data.arrays._write_bytes", "recommendations.store.file_lists._to_disk"]
)
def test_a_disk_that_is_full_is_said_and_the_next_run_works_and_cleans_up(
    writer: str, live: TrainingRun, go: Go, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(writer, _full)
        with pytest.raises(OSError, match="No space left"):
            go()
    failed = TrainingRun.objects.first()
    assert live_run() == live
    assert failed.error.startswith("There is no room left on the disk of ")
    assert options.lists.runs() == {live.pk}
    assert go() == live_run()
    assert not list(options.runs.glob(f"{failed.pk}*"))


def test_a_disk_that_takes_half_of_an_array_is_full_too(options: Options) -> None:
    said = sentence(OSError("9000 requested and 2016 written"), options)
    assert said.startswith("There is no room left on the disk of ")


def test_a_run_that_is_stopped_by_hand_says_so(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(publish, "publish_lists", stop)
    with pytest.raises(KeyboardInterrupt):
        go()
    assert TrainingRun.objects.get().error == "It was stopped before its end."


def test_after_a_failure_the_next_run_works(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(publish, "publish_lists", _broken)
        with pytest.raises(OSError, match="No space left"):
            go()
    run = go()
    assert live_run() == run


def test_nothing_to_learn_from_is_said_in_a_sentence(db: None, options: Options, clock: Clock) -> None:
    with pytest.raises(InvalidInteractions):
        train(TrainingRun.objects.create().pk, options, clock=clock)
    assert "At least two people" in TrainingRun.objects.get().error


def test_only_the_newest_runs_keep_files_and_lists(go: Go, options: Options) -> None:
    first, second, third = go(), go(), go()
    assert options.lists.runs() == {second.pk, third.pk}
    assert not artifacts.folder_of(options.runs, first.pk).exists()


def test_going_back_to_an_older_run_serves_its_lists_again(go: Go, options: Options) -> None:
    older, newer = go(), go()
    publish.make_live(run=older, options=options, at=NOW)
    assert live_run() == older
    assert LiveRun.objects.count() == 1
    assert options.lists.runs() == {older.pk, newer.pk}


def test_a_run_whose_files_have_changed_cannot_go_live(go: Go, options: Options) -> None:
    older, newer = go(), go()
    path = artifacts.folder_of(options.runs, older.pk) / "svd" / "film_factors_.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(publish.NotPublishable, match="has changed"):
        publish.make_live(run=older, options=options, at=NOW)
    assert live_run() == newer


def test_a_run_whose_lists_are_gone_cannot_go_live(go: Go, options: Options) -> None:
    older = go()
    go()
    options.lists.drop(older.pk)
    with pytest.raises(publish.NotPublishable, match="train again"):
        publish.make_live(run=older, options=options, at=NOW)


def test_a_failed_run_cannot_go_live(live: TrainingRun, options: Options) -> None:
    failed = TrainingRun.objects.create(status=TrainingRun.Status.FAILED)
    with pytest.raises(publish.NotPublishable, match="did not succeed"):
        publish.make_live(run=failed, options=options, at=NOW)


@pytest.mark.database
def test_training_works_on_both_databases(live: TrainingRun) -> None:
    assert (
        live.metrics["recommenders"]["item_knn"]["ndcg_at_10"]
        > live.metrics["recommenders"]["popularity"]["ndcg_at_10"]
    )
    assert np.isfinite(live.metrics["stars"]["rmse"])


def _keys() -> set[int]:
    return set(lasting_keys(extract().ids.raters).tolist())


def _full(*args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _broken(*args: object) -> int:
    raise OSError("No space left on device")


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["fit", "publish"])
def test_a_connection_that_breaks_during_long_work_is_opened_again(
    site: list[Movie], options: Options, clock: Clock, step: str
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no connection that could break")
    steps: list[str] = []

    def break_off(*_: int) -> None:
        if steps[-1] == step:
            _end_connections()

    progress = Progress(begin=steps.append, advance=break_off)
    run = train(TrainingRun.objects.create().pk, options, clock=clock, progress=progress)
    assert live_run() == run


def _end_connections() -> None:
    """End every other connection to the database, as a restart of its server does."""
    elsewhere = connection.copy()
    with elsewhere.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    elsewhere.close()
