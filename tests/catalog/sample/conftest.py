"""Generated data, made once and looked at by many tests."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from catalog.sample import write_sample
from catalog.sample.invention import films_for
from catalog.sample.ratings import Stream, random_stream, rating_blocks
from catalog.sample.size import Size


def table_of(size: Size) -> pd.DataFrame:
    """The ratings of that size: person and film from 1, half stars, and seconds since 1970."""
    blocks = rating_blocks(films_for(size.films, random_stream(size, Stream.FILMS)), size)
    return pd.concat([pd.DataFrame(block._asdict()) for block in blocks], ignore_index=True)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded sample, as a fresh site finds it."""
    folder = tmp_path_factory.mktemp("sample") / "data"
    write_sample(folder)
    return folder


@pytest.fixture(scope="session")
def sample_ratings(sample_folder: Path) -> pd.DataFrame:
    """Its ratings.csv."""
    return pd.read_csv(sample_folder / "ratings.csv")


@pytest.fixture(scope="session")
def sample_matrix(sample_ratings: pd.DataFrame) -> np.ndarray:
    """Its ratings in stars, people × films, with 0 for none."""
    matrix = np.zeros((sample_ratings.userId.max(), sample_ratings.movieId.max()))
    matrix[sample_ratings.userId - 1, sample_ratings.movieId - 1] = sample_ratings.rating
    return matrix


@pytest.fixture(scope="session")
def medium() -> pd.DataFrame:
    """Enough invented ratings to see a shape in them."""
    return table_of(Size(people=2_000, films=3_000, ratings=200_000, seed=5))
