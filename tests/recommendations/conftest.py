"""A small site with two tastes in it, and everything that training is given."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from catalog.models import Genre, Movie, Numbering, Rater, Rating, Release
from recommendations.models import TrainingRun
from recommendations.store.file_lists import FileTopLists
from recommendations.training.options import Options
from recommendations.training.train import train
from tests.recommendations.matrices import two_tastes

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FILMS = 40


@pytest.fixture
def site(db: None) -> list[Movie]:
    """Forty films, of which the first half is science fiction the rest romance, and sixty people who take sides."""
    genres = [Genre.objects.create(name=name) for name in ("Sci-Fi", "Romance")]
    movies = [
        Movie(numbering=Numbering.SAMPLE, number=place, title=f"Film {place}", listed_title=f"Film {place} (1999)")
        for place in range(1, FILMS + 1)
    ]
    Movie.objects.bulk_create(movies)
    for place, movie in enumerate(movies):
        movie.genres.add(genres[place >= FILMS // 2])
    release = Release.objects.create(name="sample", numbering=Numbering.SAMPLE)
    ratings = two_tastes(films=FILMS)
    raters = Rater.objects.bulk_create([Rater(release=release, number=row + 1) for row in range(ratings.shape[0])])
    rows, columns = ratings.nonzero()
    stars = ratings.toarray()
    Rating.objects.bulk_create(
        Rating(rater=raters[row], movie=movies[column], half_stars=int(stars[row, column] * 2), rated_at=NOW)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    )
    for movie in Movie.objects.annotate(count=Count("ratings"), total=Sum("ratings__half_stars")):
        Movie.objects.filter(pk=movie.pk).update(rating_count=movie.count, rating_sum=movie.total or 0)
    return list(Movie.objects.order_by("pk"))


@pytest.fixture
def options(tmp_path: Path, settings: Any) -> Options:
    """Training into a folder of the test's own, which serving reads too."""
    settings.RECS_RUNS_DIR, settings.RECS_LISTS_DIR = tmp_path / "runs", tmp_path / "lists"
    settings.REDIS_URL = ""
    return Options(
        runs=settings.RECS_RUNS_DIR,
        lists=FileTopLists(settings.RECS_LISTS_DIR),
        recommenders=("popularity", "item_knn", "svd"),
        default="item_knn",
        held_out_share=0.3,
        keep_runs=2,
    )


class Clock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def go(site: list[Movie], options: Options, clock: Clock) -> Callable[[], TrainingRun]:
    """Train once more and return the run."""
    return lambda: train(TrainingRun.objects.create().pk, options, clock=clock)


@pytest.fixture
def live(go: Callable[[], TrainingRun]) -> TrainingRun:
    """A run that is live."""
    return go()
