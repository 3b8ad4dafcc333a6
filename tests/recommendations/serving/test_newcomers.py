"""What newcomers choose from."""

import pytest

from catalog.models import Genre, Movie, StarCount
from catalog.services import repair_totals
from recommendations import serving
from recommendations.models import TrainingRun
from recommendations.serving import newcomers


def test_there_are_six_groups_of_four_well_known_films_and_no_film_is_in_two(
    live: TrainingRun, site: list[Movie]
) -> None:
    shown = [film for group in serving.groups() for film in group.films]
    assert len(shown) == len(set(shown)) == 24


def test_each_group_is_of_one_kind_and_both_kinds_are_there(live: TrainingRun, site: list[Movie]) -> None:
    kinds = [{site.index(film) < 20 for film in group.films} for group in serving.groups()]
    assert sum(len(kind) == 1 for kind in kinds) >= 5
    assert {True} in kinds
    assert {False} in kinds


def test_groups_are_made_once_for_each_run(live: TrainingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    before = serving.groups()
    monkeypatch.setattr(newcomers, "taste_groups", None)
    assert serving.groups() == before


def test_without_a_run_there_are_none(site: list[Movie]) -> None:
    assert serving.groups() == ()


def test_a_site_with_too_few_films_has_none(live: TrainingRun) -> None:
    Movie.objects.filter(pk__in=Movie.objects.values("pk")[:20]).delete()
    assert serving.groups() == ()


def test_likenesses_make_groups_where_a_run_has_no_factors(live: TrainingRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newcomers, "_FACTORED", ())
    assert len(serving.groups()) == 6


@pytest.mark.parametrize(
    ("genres", "years", "name"),
    [
        (["Crime", "Thriller"], [1991, 1995, 1999, 1994], "Crime and thrillers of the nineties"),
        (["Sci-Fi"], [1977, 1982, 1999, 2014], "Science fiction"),
        (["Film-Noir"], [1941, 1944, 1949, 1958], "Film noir"),
        (["IMAX"], [2009, 2010, 2011, None], "Films"),
        ([], [None, None, None, None], "Films"),
        (["Comedy"], [2004, 2005, 2006, 2007], "Comedies of the 2000s"),
    ],
)
def test_a_group_is_called_by_what_its_films_share(
    db: None, genres: list[str], years: list[int | None], name: str
) -> None:
    films = [Movie.objects.create(numbering="sample", number=place, year=year) for place, year in enumerate(years)]
    for film in films:
        film.genres.set([Genre.objects.get_or_create(name=genre)[0] for genre in genres])
    assert newcomers._name(films, dict.fromkeys(genres, 0.25)) == name


def test_groups_of_the_same_kind_are_told_apart_by_their_best_known_film() -> None:
    groups = [[Movie(title="Alien")], [Movie(title="Heat")], [Movie(title="Tron")]]
    names = newcomers._told_apart(["Action and science fiction", "Dramas", "Science fiction and action"], groups)
    assert names == ["Action and science fiction, like Alien", "Dramas", "Science fiction and action, like Tron"]


def test_of_films_known_alike_the_one_that_divides_people_tells_most(site: list[Movie]) -> None:
    repair_totals()
    loved, divides = site[:2]
    StarCount.objects.filter(movie__in=[loved, divides]).delete()
    Movie.objects.filter(pk__in=[loved.pk, divides.pk]).update(rating_count=1000)
    StarCount.objects.create(movie=loved, half_stars=10, people=1000)
    for half_stars in range(1, 11):
        StarCount.objects.create(movie=divides, half_stars=half_stars, people=100)
    told = serving.telling()
    assert told[0] == divides.pk
    assert told.index(loved.pk) > 20
