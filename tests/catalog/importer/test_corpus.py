import csv
from contextlib import suppress
from dataclasses import astuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.importer import ImportRefused
from catalog.models import Rating
from tests.catalog.importer.corpus import CORPUS
from tests.catalog.importer.files import (
    CSV_FILES,
    GENOME_FILES,
    ML_1M_FILES,
    ML_10M_FILES,
    ML_100K_FILES,
    folder_of,
    imported,
)
from tests.catalog.importer.stored import everything

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LOADED = [fixture for fixture in CORPUS if not fixture.refused]
REFUSED = [fixture for fixture in CORPUS if fixture.refused]
WITH_REJECTS = [fixture for fixture in LOADED if fixture.rejects]


def folder_for(fixture, tmp_path):
    files = {name: content for name, content in (CSV_FILES | fixture.files).items() if content is not None}
    return folder_of(tmp_path / "ml-tiny", files)


@pytest.mark.parametrize("fixture", LOADED, ids=lambda fixture: fixture.name)
def test_the_good_rows_are_loaded_and_the_others_rejected(fixture, tmp_path):
    result = imported(folder_for(fixture, tmp_path), tmp_path)
    counts = result.ratings
    assert (counts.inserted, counts.duplicate, Rating.objects.count()) == (
        fixture.inserted, fixture.duplicate, fixture.inserted,
    )  # fmt: skip
    assert all(astuple(kind)[0] == sum(astuple(kind)[1:]) for kind in result.kinds.values())
    found = []
    if result.rejects_file:
        with result.rejects_file.open(newline="") as file:
            found = [(row["file"], int(row["line"]), row["code"]) for row in csv.DictReader(file)]
    assert found == [(fixture.file, line, code) for line, code in fixture.rejects]


@pytest.mark.parametrize("fixture", REFUSED, ids=lambda fixture: fixture.name)
def test_a_wrong_file_is_refused_and_nothing_changes(fixture, tmp_path):
    before = everything()
    with pytest.raises(ImportRefused) as refused:
        imported(folder_for(fixture, tmp_path), tmp_path)
    assert fixture.refused in str(refused.value)
    assert everything() == before
    assert not list(tmp_path.glob("rejects/*"))


@pytest.mark.parametrize("fixture", WITH_REJECTS, ids=lambda fixture: fixture.name)
def test_a_bad_row_refuses_everything_when_strict(fixture, tmp_path):
    before = everything()
    with pytest.raises(ImportRefused, match="so nothing was loaded"):
        imported(folder_for(fixture, tmp_path), tmp_path, strict=True)
    assert everything() == before


LAYOUTS = [CSV_FILES | GENOME_FILES, ML_100K_FILES, ML_1M_FILES, ML_10M_FILES]
PIECES = [b"", b"\n", b"\r", b",", b"|", b"::", b"\t", b'"', b"\0", b"\xff", b"-", b"."]
LONG_PIECES = [b"9" * 20, b"x" * 70_000, b"\xef\xbb\xbf", "ﬃ".encode() * 40]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(),
    files=st.sampled_from(LAYOUTS),
    piece=st.sampled_from(PIECES + LONG_PIECES),
    taken=st.integers(0, 20),
)
def test_any_damage_is_counted_or_refused_with_a_sentence(data, files, piece, taken, tmp_path):
    name = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[name])))
    damaged = files[name][:place] + piece + files[name][place + taken :]
    folder = folder_of(tmp_path / f"ml-{LAYOUTS.index(files)}", files | {name: damaged})
    with suppress(ImportRefused):
        result = imported(folder, tmp_path, replace=True)
        assert all(astuple(kind)[0] == sum(astuple(kind)[1:]) for kind in result.kinds.values())
        assert Rating.objects.count() >= result.ratings.inserted
