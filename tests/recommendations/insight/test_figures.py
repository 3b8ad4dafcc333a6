"""What ratings add up to."""

from datetime import date

import pytest

from recommendations.insight.figures import (
    Hit,
    Rated,
    against_others,
    distribution,
    periods,
    shares,
    unusual,
)

DAY = date(2026, 11, 20)


def given(
    stars: float, *genres: str, movie: int = 1, others: int = 100, mean: float | None = 3.0, day: date = DAY
) -> Rated:
    return Rated(movie, stars, 1975, others, mean, day, genres)


def test_each_number_of_stars_is_counted_in_its_place() -> None:
    assert distribution([given(0.5), given(5), given(5)]) == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]


def test_a_genre_of_one_film_is_not_the_best_by_chance() -> None:
    rated = [given(5, "Western"), *[given(4.5, "Drama")] * 20, *[given(2, "Comedy")] * 20]
    found = {share.name: share for share in shares(rated, lambda each: each.genres)}
    assert (found["Western"].films, found["Western"].mean) == (1, 5)
    assert found["Drama"].lift > found["Western"].lift > 0 > found["Comedy"].lift


def test_others_are_compared_film_by_film_and_films_without_others_are_left_out() -> None:
    assert against_others([given(4, mean=3), given(2, mean=2.5), given(5, mean=None)]) == pytest.approx(0.25)
    assert against_others([given(5, mean=None)]) is None


def test_unusual_is_what_many_others_see_otherwise_strongest_first() -> None:
    rated = [
        given(4, movie=1),
        given(5, movie=2),
        given(0.5, movie=3),
        given(5, movie=4, others=3),
        given(3.5, movie=5),
    ]
    liked, disliked = unusual(rated, 5)
    assert [each.movie for each in liked] == [2, 1]
    assert [each.movie for each in disliked] == [3]
    assert unusual(rated, 1)[0] == liked[:1]


def test_two_years_are_shown_by_month_and_more_by_year_without_gaps() -> None:
    months = periods([given(4, day=date(2025, 11, 3)), given(4, day=date(2026, 2, 28))])
    assert [first for first, _ in months] == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert [len(ratings) for _, ratings in months] == [1, 0, 0, 1]
    years = periods([given(4, day=date(2023, 12, 31)), given(4, day=DAY)])
    assert [(first.year, len(ratings)) for first, ratings in years] == [(2023, 1), (2024, 0), (2025, 0), (2026, 1)]
    assert periods([]) == []


def test_a_hit_knows_how_far_off_we_were_and_whether_the_range_held() -> None:
    hit = Hit(1, said=3.7, low=2.9, high=4.5, gave=4)
    assert (hit.error, hit.within) == (pytest.approx(0.3), True)
    assert not Hit(1, said=3.7, low=2.9, high=4.5, gave=2.5).within
