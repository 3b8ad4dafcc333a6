"""When people rate: in sittings, over years, more in the evening and at the weekend."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

HOUR, DAY, WEEK = 3_600, 86_400, 7 * 86_400
# The invented site was open for whole weeks from a Monday to a Sunday, in Universal Time.
FIRST = int(datetime(2008, 1, 7, tzinfo=UTC).timestamp())
WEEKS = 938
LAST = FIRST + WEEKS * WEEK - 1  # 28 December 2025
WEEKDAYS = np.array([12, 12, 12, 12, 15, 19, 18]) / 100  # Monday first
HOURS = np.array([3, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5, 6, 8, 10, 11, 9, 5, 3]) / 100
RATINGS_PER_SITTING = 30
SECONDS_PER_RATING = 15


def new_year(year: int) -> int:
    """Return when `year` began, in seconds since 1970."""
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def sittings(counts: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw when each person sat down to rate, for people with that many ratings.

    Returns (starts, ends): everybody's starts one person after the other, each person's in order, and where in
    `starts` each person's end.
    """
    times = 1 + rng.poisson(counts / RATINGS_PER_SITTING)
    person = np.repeat(np.arange(len(counts)), times)
    joined = WEEKS * rng.random(len(counts)) ** 0.7  # the site grew, so most people came late
    later = rng.random(len(person)) ** 2 * (WEEKS - joined[person])  # and most come back soon or never
    starts = FIRST + (joined[person] + later).astype(np.int64) * WEEK + _moment_of_week(len(person), rng)
    return starts[np.lexsort((starts, person))], np.cumsum(times)


def _moment_of_week(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    day = rng.choice(len(WEEKDAYS), count, p=WEEKDAYS)
    hour = rng.choice(len(HOURS), count, p=HOURS)
    return day * DAY + hour * HOUR + rng.integers(HOUR, size=count)


def rating_times(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    *,
    person: NDArray[np.int64],
    released: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return when each rating was given: in one of the person's sittings, and none before the film came out.

    `starts` and `ends` are as `sittings` returns them. Each person needs a sitting after what they rate was released.
    """
    span = LAST + 1 - FIRST
    owner = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    after_release = person * span + np.maximum(released - FIRST, 0)
    first_possible = np.searchsorted(owner * span + starts - FIRST, after_release)
    sitting = first_possible + (rng.random(len(person)) * (ends[person] - first_possible)).astype(np.int64)
    duration = SECONDS_PER_RATING * np.bincount(sitting, minlength=len(starts))
    return starts[sitting] + (rng.random(len(person)) * duration[sitting]).astype(np.int64)
