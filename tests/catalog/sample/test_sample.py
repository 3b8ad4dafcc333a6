import csv
import time
from pathlib import Path

import numpy as np
import pytest

from catalog.sample import FolderRefused, generate, write_sample
from catalog.sample.films import known_films

FILES = ["movies.csv", "ratings.csv", "tags.csv"]
FILMS = known_films()
SHRINKAGE = 10


def column(title: str) -> int:
    """Where the one film is whose listed title starts like that."""
    (found,) = [place for place, film in enumerate(FILMS) if film.title.startswith(title)]
    return found


def nearest(similarities: np.ndarray, title: str, count: int) -> list[str]:
    """The listed titles of the films that are most like the one whose title starts like that."""
    return [FILMS[place].title for place in np.argsort(-similarities[column(title)])[:count]]


def shrunk_cosine(values: np.ndarray, rated: np.ndarray) -> np.ndarray:
    """The plain item-kNN of textbooks: cosine of columns, less certain the fewer people rated both."""
    length = np.linalg.norm(values, axis=0)
    both = rated.T.astype(float) @ rated
    similarities = values.T @ values / np.outer(length, length) * both / (both + SHRINKAGE)
    np.fill_diagonal(similarities, -1)
    return similarities


@pytest.fixture(scope="module")
def by_taste(sample_matrix):
    """Similarities by how much people's stars differ from their own mean."""
    rated = sample_matrix > 0
    means = sample_matrix.sum(axis=1, keepdims=True) / rated.sum(axis=1, keepdims=True)
    return shrunk_cosine(np.where(rated, sample_matrix - means, 0), rated)


@pytest.fixture(scope="module")
def by_liking(sample_matrix):
    """Similarities by what people liked at all."""
    return shrunk_cosine(np.maximum(sample_matrix - 2.5, 0), sample_matrix > 0)


@pytest.mark.parametrize(
    ("title", "relatives"),
    [
        ("Godfather, The", ["Godfather: Part II", "Goodfellas"]),
        ("Toy Story (", ["Toy Story 2", "Finding Nemo"]),
        ("Alien (", ["Aliens", "Prometheus"]),
        ("Star Wars: Episode IV", ["Star Wars: Episode V -", "Star Wars: Episode VI -"]),
        ("Lord of the Rings: The F", ["Lord of the Rings: The T", "Lord of the Rings: The R"]),
        ("Matrix, The", ["Matrix Reloaded", "Matrix Revolutions"]),
        ("Terminator 2", ["Terminator, The"]),
        ("Raiders of the Lost Ark", ["Indiana Jones and the Last", "Indiana Jones and the Temple"]),
        ("Harry Potter and the Sorcerer", ["Harry Potter and the Chamber", "Harry Potter and the Prisoner"]),
        ("Good, the Bad", ["Fistful of Dollars", "For a Few Dollars"]),
        ("Before Sunrise", ["Before Sunset", "Before Midnight"]),
        ("Spirited Away", ["My Neighbor Totoro", "Princess Mononoke"]),
        ("Seven Samurai", ["Yojimbo", "Rashomon"]),
        ("Casino Royale", ["Skyfall", "Goldfinger"]),
        ("Avengers, The", ["Avengers: Infinity", "Avengers: Endgame"]),
    ],
)
def test_films_that_belong_together_are_neighbors(by_taste, by_liking, title, relatives):
    for similarities in (by_taste, by_liking):
        neighbors = nearest(similarities, title, 8)
        assert [name for name in relatives if not any(film.startswith(name) for film in neighbors)] == []


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("Toy Story (", "Animation"),
        ("Alien (", "Sci-Fi"),
        ("Exorcist", "Horror"),
        ("Singin' in the Rain", "Musical"),
        ("Saving Private Ryan", "War"),
        ("Good, the Bad", "Western"),
        ("When Harry Met Sally", "Romance"),
    ],
)
def test_most_neighbors_are_films_of_the_same_kind(by_liking, title, genre):
    neighbors = nearest(by_liking, title, 10)
    assert sum(genre in film.genres for film in FILMS if film.title in neighbors) >= 6


def test_people_love_their_own_kind_of_film_and_dislike_others(sample_matrix):
    horror = np.array(["Horror" in film.genres for film in known_films()])
    counts = (sample_matrix[:, horror] > 0).sum(axis=1)
    means = sample_matrix[:, horror].sum(axis=1)[counts >= 5] / counts[counts >= 5]
    assert (means > 4).sum() > 20
    assert (means < 2.5).sum() > 10


def test_the_sample_is_as_big_as_promised(sample_ratings):
    assert sample_ratings.userId.nunique() == 600
    assert sample_ratings.movieId.nunique() == len(known_films())
    assert 45_000 <= len(sample_ratings) <= 60_000
    assert sample_ratings.groupby("userId").size().min() >= 20
    assert 3.3 < sample_ratings.rating.mean() < 3.7


def test_the_well_known_films_have_most_ratings(sample_ratings):
    counts = sample_ratings.groupby("movieId").size()
    assert counts.loc[:50].mean() > 2 * counts.loc[len(counts) - 100 :].mean()


def test_the_sample_spans_several_years(sample_ratings):
    assert sample_ratings.timestamp.max() - sample_ratings.timestamp.min() > 8 * 365 * 86_400


def test_the_files_look_like_those_of_movielens(sample_folder):
    headers = [(sample_folder / name).read_bytes().split(b"\r\n")[0] for name in FILES]
    assert headers == [b"movieId,title,genres", b"userId,movieId,rating,timestamp", b"userId,movieId,tag,timestamp"]
    for name in FILES:
        content = (sample_folder / name).read_bytes()
        assert content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n")


def test_movies_are_written_with_quotes_only_where_a_comma_needs_them(sample_folder):
    text = (sample_folder / "movies.csv").read_text(encoding="utf-8")
    assert '\n3,"Godfather, The (1972)",Crime|Drama\n' in text
    assert ',"Amelie (Fabuleux destin d\'Amélie Poulain, Le) (2001)",Comedy|Romance\n' in text


def test_the_same_seed_writes_the_same_bytes(sample_folder, tmp_path):
    write_sample(tmp_path)
    assert all((tmp_path / name).read_bytes() == (sample_folder / name).read_bytes() for name in FILES)


def test_another_seed_writes_other_ratings(sample_folder, tmp_path):
    write_sample(tmp_path, seed=1)
    assert (tmp_path / "ratings.csv").read_bytes() != (sample_folder / "ratings.csv").read_bytes()


def test_a_sample_that_is_there_is_left_alone(sample_folder):
    before = (sample_folder / "ratings.csv").stat().st_mtime_ns
    time.sleep(0.01)
    write_sample(sample_folder)
    assert (sample_folder / "ratings.csv").stat().st_mtime_ns == before


def test_a_sample_that_was_cut_short_is_written_again(tmp_path):
    write_sample(tmp_path)
    whole = (tmp_path / "ratings.csv").read_bytes()
    (tmp_path / "ratings.csv").write_bytes(whole[:1_000])
    write_sample(tmp_path)
    assert (tmp_path / "ratings.csv").read_bytes() == whole


def test_the_sample_never_replaces_somebody_elses_files(tmp_path):
    (tmp_path / "movies.csv").write_text("mine")
    with pytest.raises(FolderRefused):
        write_sample(tmp_path)
    assert (tmp_path / "movies.csv").read_text() == "mine"


def test_any_size_lists_all_films_and_tells_its_progress(tmp_path: Path):
    told: list[int] = []
    generate(tmp_path, people=40, films=800, ratings=3_000, seed=1, progress=told.append)
    with (tmp_path / "movies.csv").open(encoding="utf-8", newline="") as file:
        assert [int(row["movieId"]) for row in csv.DictReader(file)] == list(range(1, 801))
    assert sum(told) == 3_000 == (tmp_path / "ratings.csv").read_bytes().count(b"\n") - 1


def test_a_disk_that_is_too_small_is_refused_before_any_work(tmp_path):
    with pytest.raises(FolderRefused, match=r"needs about 3,000,000\.0 GB; only [\d,.]+ GB are free\.$"):
        generate(tmp_path / "new", people=10**9, films=10**5, ratings=10**14, seed=1, progress=print)
    assert not (tmp_path / "new").exists()
