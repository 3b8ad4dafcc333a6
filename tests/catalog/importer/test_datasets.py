import pytest

from catalog.archive import open_source
from catalog.importer.datasets import MD5_OF_RELEASES, NotADataset, detect
from tests.catalog.importer.files import CSV_FILES, ML_1M_FILES, ML_10M_FILES, ML_100K_FILES, folder_of, zip_of


@pytest.mark.parametrize(
    ("folder", "files", "release", "layout", "numbering"),
    [
        ("ml-100k", ML_100K_FILES, "ml-100k", "ml-100k", "ml-100k"),
        ("ml-1m", ML_1M_FILES, "ml-1m", "ml-1m", "movielens"),
        ("ml-10M100K", ML_10M_FILES, "ml-10m", "ml-10m", "movielens"),
        ("ml-latest-small", CSV_FILES, "ml-latest-small", "csv", "movielens"),
        ("our films", CSV_FILES, "our films", "csv", "movielens"),
        ("sample", CSV_FILES, "sample", "csv", "sample"),
        ("x" * 99, CSV_FILES, "x" * 60, "csv", "movielens"),
    ],
)
def test_a_release_is_known_by_its_files_and_folder(tmp_path, folder, files, release, layout, numbering):
    for path in (folder_of(tmp_path / folder, files), zip_of(tmp_path / "a.zip", files, top=folder)):
        with open_source(path) as source:
            dataset = detect(source)
        assert (dataset.release, dataset.layout.name, dataset.numbering) == (release, layout, numbering)


def test_what_the_generator_wrote_is_numbered_like_the_sample(tmp_path):
    generated = CSV_FILES | {"generated.json": b"{}"}
    for path in (folder_of(tmp_path / "big", generated), zip_of(tmp_path / "a.zip", generated, top="big")):
        with open_source(path) as source:
            assert (detect(source).release, detect(source).numbering) == ("big", "sample")


def test_an_archive_without_a_folder_gives_its_own_name(tmp_path):
    with open_source(zip_of(tmp_path / "ml-25m.zip", CSV_FILES)) as source:
        assert detect(source).release == "ml-25m"


def test_clutter_of_a_mac_is_passed_over(tmp_path):
    files = {f"ml/{name}": content for name, content in CSV_FILES.items()}
    clutter = {f"__MACOSX/ml/{name}": b"" for name in CSV_FILES}
    with open_source(zip_of(tmp_path / "ml.zip", files | clutter)) as source:
        assert detect(source).folder == "ml"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"ratings.csv": b""}, "a has no movies.csv."),
        ({"u.item": b""}, "a has no u.data."),
        ({"ratings.dat": b""}, "a has no movies.dat."),
        ({"README": b""}, "a holds no MovieLens release"),
        ({}, "a holds no MovieLens release"),
        (
            {f"{place}/{name}": b"" for place in ("one", "two") for name in CSV_FILES},
            "a holds more than one release: one, two.",
        ),
        ({"one/ratings.csv": b"", "two/movies.csv": b""}, "a has no"),
    ],
)
def test_what_is_no_release_is_refused_with_what_is_missing(tmp_path, files, sentence):
    with open_source(zip_of(tmp_path / "a.zip", files)) as source, pytest.raises(NotADataset) as refused:
        detect(source)
    assert sentence in str(refused.value)


def test_every_release_of_grouplens_is_known():
    assert set(MD5_OF_RELEASES) == {
        "ml-100k", "ml-1m", "ml-10m", "ml-20m", "ml-25m", "ml-32m", "ml-latest-small", "ml-latest",
    }  # fmt: skip
