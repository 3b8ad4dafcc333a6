"""The data that Marquee brings along: real films, invented people, and as many more of both as are asked for.

`write_sample` makes the small data set that a fresh site starts with, `generate` one of any size, both as a folder of
MovieLens files (movies.csv, ratings.csv, tags.csv) and through the same code. Nothing here knows Django.
"""

from collections.abc import Callable
from pathlib import Path

from catalog.sample.films import known_films
from catalog.sample.folders import LABEL, FolderRefused, is_whole
from catalog.sample.generator import label_of, write_folder
from catalog.sample.size import Size, SizeRefused

__all__ = ["LABEL", "FolderRefused", "SizeRefused", "generate", "write_sample"]

SAMPLE_PEOPLE = 600
SAMPLE_RATINGS = 58_000
SAMPLE_SEED = 49


def write_sample(folder: Path, *, seed: int = SAMPLE_SEED) -> None:
    """Write the embedded sample to `folder`: every film written by hand, rated by 600 invented people.

    Does nothing when it is there already, whole and made by this very version. The same seed writes the same bytes.
    Raises FolderRefused when `folder` holds anything else, and OSError.
    """
    size = Size(people=SAMPLE_PEOPLE, films=len(known_films()), ratings=SAMPLE_RATINGS, seed=seed)
    if not is_whole(folder, label_of(size)):
        write_folder(folder, size, progress=_say_nothing)


def generate(
    folder: Path,
    *,
    people: int,
    films: int,
    ratings: int,
    seed: int,
    progress: Callable[[int], object],
) -> None:
    """Write exactly so many ratings to `folder`, from exactly so many people, on at most so many films.

    All films are listed: the best known are those written by hand, the others are invented. Everybody has at least
    20 ratings, or, where there are fewer, an equal share. The same seed writes the same bytes. `progress` is told how
    many ratings were written since it was last called. Raises SizeRefused, FolderRefused and OSError.
    """
    write_folder(folder, Size(people=people, films=films, ratings=ratings, seed=seed), progress)


def _say_nothing(_: int) -> None:
    """Show no progress: the sample takes no time."""
