"""The two commands that measure: what they print, and how they refuse."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.importer.plain import read_plain
from catalog.models import Movie, Rating
from recommendations import evaluation
from recommendations.training import sources
from recommendations.training.extract import extract
from tests.catalog.importer.files import CSV_FILES, NOW, folder_of

GENRES = ("Drama", "Comedy")


@pytest.fixture
def release(tmp_path: Path, settings: Any) -> Path:
    """A release of thirty people who take sides among twenty films."""
    settings.VAR_DIR, settings.DATASETS_DIR = tmp_path / "var", tmp_path / "datasets"
    films = [f"{film},Film {film} (1999),{GENRES[film > 10]}\n" for film in range(1, 21)]
    ratings = [
        f"{person},{film},{5 if (film > 10) == (person > 15) else 1},{1000 * person + film}\n"
        for person in range(30, 0, -1)
        for film in range(1, 21)
        if (person + film) % 3
    ]
    files = {"movies.csv": "movieId,title,genres\n" + "".join(films)}
    files["ratings.csv"] = "userId,movieId,rating,timestamp\n" + "".join(ratings)
    return folder_of(tmp_path / "ml-made", {name: text.encode() for name, text in files.items()})


def _json(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    call_command("evaluate", "--json", *map(str, arguments))
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_json_has_a_row_for_each_model_and_metric(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _json(capsys, "--data", release, "--protocol", "random", "--models", "item_knn,stars", "--k", 3)
    assert {(row["model"], row["metric"]) for row in rows} >= {("item_knn", "ndcg_at_3"), ("stars", "rmse")}
    assert {(row["data"], row["protocol"], row["k"], row["seed"]) for row in rows} == {("ml-made", "random", 3, 0)}
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)


def test_people_read_tables_and_what_was_done(release: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate", "--data", str(release), "--models", "item_knn,stars", "--min-stars", "2", "--k-core", "2")
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("ndcg@10", "miscalibration", "rmse", "ratings of 2 stars", "2-core"))


@pytest.mark.django_db
def test_the_sites_own_ratings_can_be_measured(site: list[Movie], capsys: pytest.CaptureFixture[str]) -> None:
    rows = _json(capsys, "--models", "item_knn", "--protocol", "leave-out")
    assert {row["data"] for row in rows} == {"site"}
    assert "diversity" in {row["metric"] for row in rows}


@pytest.mark.django_db
def test_times_of_the_site_belong_to_their_ratings(site: list[Movie]) -> None:
    for rating in Rating.objects.all():
        Rating.objects.filter(pk=rating.pk).update(rated_at=rating.rater.number * 1000 + rating.movie.number)
    data, ids = sources.of_site(extract()), extract().ids
    numbers = {movie.pk: movie.number for movie in site}
    people = dict(Rating.objects.values_list("rater__public_id", "rater__number"))
    rows, columns = data.interactions.nonzero()
    expected = [
        people[ids.raters[row]] * 1000 + numbers[ids.movies[column]] for row, column in zip(rows, columns, strict=True)
    ]
    assert data.side.times is not None
    assert data.side.times.tolist() == expected


def test_a_release_is_read_in_sorted_order_and_remembers_its_lines(tmp_path: Path) -> None:
    backwards = b"userId,movieId,rating,timestamp\n2,1,3,5\n1,858,5,9\n1,1,4,7\n1,1,2,8\n9,999999,5,1\n"
    folder = folder_of(tmp_path / "ml-tiny", CSV_FILES | {"ratings.csv": backwards})
    release = read_plain(str(folder), datasets_dir=tmp_path, now=NOW, progress=lambda *_: None)
    assert release.lines.tolist() == [3, 1, 0]
    data = sources.of_release(release)
    assert data.interactions.toarray()[:, [0, 2]].tolist() == [[2, 5], [3, 0]]
    assert data.side.times is not None
    assert data.side.times.tolist() == [8, 9, 5]
    assert release.rejected == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--protocol", "sideways"], "no protocol called 'sideways'"),
        (["--models", "item_knn,oracle"], "no recommender called 'oracle'"),
        (["--k", "0"], "--k takes"),
        (["--seed", "-1"], "--seed takes"),
        (["--k-core", "0"], "--k-core takes"),
        (["--k-core", "999"], "No rating is left"),
        (["--data", "/nowhere.zip"], "no file or folder"),
    ],
)
def test_evaluate_refuses_in_one_sentence(release: Path, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("evaluate", "--data", str(release), *arguments)


@pytest.mark.django_db
@pytest.mark.parametrize("command", [["evaluate"], ["tune", "svd"]])
def test_a_site_without_ratings_says_so(command: list[str]) -> None:
    with pytest.raises(CommandError, match="no ratings yet"):
        call_command(*command)


def test_tuning_keeps_what_it_found(release: Path, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("tune", "popularity", "--data", str(release), "--minutes", "0.01", "--seed", "4")
    kept = json.loads((settings.VAR_DIR / "tuned" / "popularity.json").read_text())
    assert (kept["recommender"], kept["data"], kept["seed"]) == ("popularity", "ml-made", 4)
    assert "popularity.json" in capsys.readouterr().out


def test_tuned_stars_are_kept_and_measured(
    release: Path, settings: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"parts": {"damping": 1e5, "factors": 2}}
    monkeypatch.setattr(evaluation, "tune", lambda *_, **__: found)
    call_command("tune", "stars", "--data", str(release))
    assert "stars: damping = 100000.0, factors = 2" in capsys.readouterr().out
    asked = ("--data", release, "--protocol", "leave-out", "--models", "stars")
    before, after = (_json(capsys, *asked, *more)[0]["value"] for more in ((), ("--tuned",)))
    assert before != after


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["oracle"], "no recommender called 'oracle'"),
        (["svd", "--minutes", "0"], "--minutes takes"),
        (["svd", "--minutes", "nan"], "--minutes takes"),
        (["svd", "--data", "/nowhere"], "no file or folder"),
    ],
)
def test_tune_refuses_in_one_sentence(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("tune", *arguments)
