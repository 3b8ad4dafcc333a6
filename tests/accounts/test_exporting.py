"""Everything that is kept about a person leaves with them, and their ratings find the way back."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.db.models import ForeignKey
from django.test import Client

from accounts import services
from accounts.exporting import pointers, tables_of, write_archive
from accounts.importing import store
from accounts.importing.parse import read
from accounts.importing.pending import Pending
from accounts.importing.plan import Choices
from accounts.models import FilmList, ListedMovie, MovieNight, MutedRating, Seat, TasteSettings, User, WatchlistEntry
from catalog.models import Rater
from tests.films import NOON, account, film, films, rated, tagged

pytestmark = pytest.mark.django_db

# Rows of these are the site's: what staff did, who asked for a run, and keys that nobody may read.
NOT_THEIRS = {"admin.LogEntry", "recommendations.TrainingRun", "knox.AuthToken"}


def archive_of(rater: Rater) -> dict[str, str]:
    """Return the files of a person's archive."""
    buffer = io.BytesIO()
    write_archive(rater=rater, to=buffer, at=NOON)
    with zipfile.ZipFile(buffer) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def table(archive: dict[str, str], name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(archive[name])))


def test_every_model_that_points_at_a_person_is_in_their_archive(ada: User) -> None:
    there = {entry.rows.model for entry in tables_of(ada.rater)}
    assert {field.model for field in pointers()} <= there
    assert {field.model._meta.label for field in pointers()} >= {"accounts.MutedRating", "recommendations.Forecast"}


def test_every_model_that_points_at_what_is_a_persons_is_in_their_archive_or_known_not_to_be(ada: User) -> None:
    there = {entry.rows.model for entry in tables_of(ada.rater)}
    further = {
        relation.related_model
        for model in {field.model for field in pointers()}
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created and not relation.concrete and isinstance(relation.field, ForeignKey)
    }
    assert {model._meta.label for model in further - there if not model._meta.auto_created} - NOT_THEIRS == set()


def test_every_table_has_a_name_of_its_own(ada: User) -> None:
    names = [entry.name for entry in tables_of(ada.rater)]
    assert len(names) == len(set(names))
    assert {"ratings", "watchlist", "lists", "hidden", "muted", "settings", "imports"} <= set(names)


def test_what_somebody_keeps_is_in_the_tables_and_in_the_json(ada: User) -> None:
    heat, up = film("Heat (1995)", imdb_id=113277, tmdb_id=949), film("Up (2009)")
    rated(ada.rater, heat, stars=4.5)
    tagged(ada.rater, heat, "heist")
    services.hide(rater=ada.rater, movie=up)
    MutedRating.objects.create(rater=ada.rater, movie=heat)
    TasteSettings.objects.create(rater=ada.rater, obscurity=-2)
    ListedMovie.objects.create(film_list=FilmList.objects.create(owner=ada.rater, name="Best"), movie=up, place=1)
    archive = archive_of(ada.rater)
    (rating,) = table(archive, "ratings.csv")
    assert [rating[name] for name in ("rating", "Rating10", "imdbID", "tmdbID", "Title", "Year")] == [
        "4.5", "9", "tt0113277", "949", "Heat", "1995",
    ]  # fmt: skip
    assert [row["Title"] for name in ("hidden", "muted") for row in table(archive, f"{name}.csv")] == ["Up", "Heat"]
    assert table(archive, "films-on-lists.csv")[0]["film_list"] == "Best"
    everything = json.loads(archive["everything.json"])
    assert everything["taggings"][0]["tag"] == "heist"
    assert everything["settings"][0]["obscurity"] == -2
    assert everything["account"][0]["username"] == "ada"


def test_neither_passwords_nor_other_people_are_in_it(ada: User) -> None:
    ben = account("ben")
    rated(ben.rater, film("Heat (1995)"))
    night = MovieNight.objects.create(host=ada.rater, name="Friday")
    Seat.objects.create(night=night, rater=ben.rater, name="Benjamin")
    everything = "".join(archive_of(ada.rater).values())
    assert "Friday" in everything
    for secret in (ada.password, "ben", "Benjamin", str(ben.rater.public_id)):
        assert secret not in everything


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula_in_a_spreadsheet(ada: User, start: str) -> None:
    FilmList.objects.create(owner=ada.rater, name=f"{start}HYPERLINK(1)")
    assert table(archive_of(ada.rater), "lists.csv")[0]["name"] == f"'{start}HYPERLINK(1)"


def test_ratings_and_watchlist_come_back_as_they_were(ada: User) -> None:
    some = films(12)
    twins = [film("Hero (1992)"), film("Hero (1992)"), film("=1+1, the <film> (1990)")]
    for place, movie in enumerate([*some, *twins]):
        rated(ada.rater, movie, stars=(place % 10 + 1) / 2)
    wanted = film("Up (2009)")
    WatchlistEntry.objects.create(rater=ada.rater, movie=wanted, added_at=NOON)
    before = _kept(ada.rater)
    archive = _zip(ada.rater)
    services.erase(raters=[ada.rater])
    ben = account("ben").rater
    brought = read("marquee.zip", archive)
    store.apply(
        rater=ben, pending=Pending("t", "marquee.zip", brought, Choices(brought.scale)), at=NOON.replace(year=2030)
    )
    assert _kept(ben) == before


def test_the_archive_is_handed_out_as_a_file(mine: Client, ada: User) -> None:
    rated(ada.rater, film("Heat (1995)"))
    answer = mine.get("/me/export/")
    assert answer["Content-Disposition"].startswith('attachment; filename="marquee-')
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        assert b"Heat" in archive.read("ratings.csv")


def test_who_has_nothing_here_is_told_so(client: Client) -> None:
    assert "nothing of yours here yet" in client.get("/me/export/", follow=True).content.decode()


def _zip(rater: Rater) -> bytes:
    buffer = io.BytesIO()
    write_archive(rater=rater, to=buffer, at=NOON)
    return buffer.getvalue()


def _kept(rater: Rater) -> list[Any]:
    ratings = rater.ratings.order_by("movie").values_list("movie", "half_stars", "rated_at")
    return [*ratings, *WatchlistEntry.objects.filter(rater=rater).values_list("movie", "added_at")]
