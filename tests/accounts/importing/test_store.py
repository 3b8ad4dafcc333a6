"""Ratings are brought as a whole, films' totals stay exact, and all of it can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import services
from accounts.importing import plan, store
from accounts.models import ImportedRating, MutedRating, RatingImport, ShownMovie, User, WatchlistEntry
from catalog.models import Movie, Rater, Rating, StarCount
from catalog.services import repair_totals
from tests.accounts.importing import files
from tests.accounts.importing.conftest import Bring
from tests.films import NOON, account, film, films, rated

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def totals() -> list[object]:
    """Return everything that is counted about films; a star count of zero is as none."""
    stars = StarCount.objects.filter(people__gt=0).order_by("movie", "half_stars")
    counted = Movie.objects.order_by("pk").values_list("pk", "rating_count", "rating_sum")
    return [*counted, *stars.values_list("movie", "half_stars", "people")]


def given(rater: Rater) -> dict[str, float]:
    """Return {title: stars}."""
    return {rating.movie.title: rating.stars for rating in rater.ratings.select_related("movie")}


def table(*lines: str) -> str:
    """Return a table of one's own."""
    return "\n".join(["title,year,rating,date", *lines])


def test_ratings_come_with_their_time(ada: User, heat: Movie, bring: Bring) -> None:
    record = bring(ada.rater, files.IMDB)
    rating = Rating.objects.get()
    assert (rating.movie, rating.half_stars, rating.rated_at) == (heat, 9, datetime(2023, 1, 5, tzinfo=UTC))
    assert (record.source, record.report["new"]) == ("imdb", 1)


@pytest.mark.parametrize("when", ["2099-01-01", "", "0001-01-01"])
def test_a_time_that_is_missing_or_yet_to_come_is_now(ada: User, heat: Movie, bring: Bring, when: str) -> None:
    bring(ada.rater, table(f"Heat,1995,4,{when}"))
    assert Rating.objects.get().rated_at == NOON


def test_own_ratings_are_kept_unless_those_of_the_file_shall_replace_them(
    ada: User, heat: Movie, up: Movie, bring: Bring
) -> None:
    rated(ada.rater, heat, stars=2)
    report = bring(ada.rater, table("Heat,1995,5,", "Up,2009,3,")).report
    assert (given(ada.rater), report["new"], report["kept"]) == ({"Heat": 2, "Up": 3}, 1, 1)
    report = bring(ada.rater, table("Heat,1995,5,", "Up,2009,3,"), replaces=True).report
    assert (given(ada.rater), report["replaced"], report["same"]) == ({"Heat": 5, "Up": 3}, 1, 1)


def test_the_totals_of_films_stay_exact_there_and_back(ada: User, bring: Bring) -> None:
    some = films(6)
    repair_totals()
    rated(account("ben").rater, *some[:4], stars=3)
    rated(ada.rater, *some[2:5], stars=1.5)
    before = totals()
    lines = [f"{movie.title},{movie.year},{place % 5 + 1}," for place, movie in enumerate(some)]
    record = bring(ada.rater, table(*lines), replaces=True)
    after = totals()
    repair_totals()
    assert totals() == after != before
    assert store.undo(record=record, at=NOON) == 6
    assert totals() == before
    repair_totals()
    assert totals() == before


def test_taste_changes_once_for_all_ratings_and_not_at_all_without_any(ada: User, bring: Bring) -> None:
    lines = [f"{movie.title},{movie.year},4," for movie in films(30)]
    bring(ada.rater, table(*lines))
    assert ada.rater.taste_version == 1
    bring(ada.rater, table(*lines))
    assert Rater.objects.get(pk=ada.rater.pk).taste_version == 1


def test_bringing_the_same_file_from_the_same_page_twice_is_bringing_it_once(
    ada: User, heat: Movie, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.accounts.importing.conftest.random_token", lambda: "one")
    assert bring(ada.rater, files.IMDB) == bring(ada.rater, files.IMDB)
    assert RatingImport.objects.count() == 1


def test_undoing_restores_what_was_there_before(ada: User, heat: Movie, up: Movie, bring: Bring) -> None:
    rated(ada.rater, heat, stars=2)
    record = bring(ada.rater, table("Heat,1995,5,2020-01-01", "Up,2009,3,"), replaces=True)
    assert store.undo(record=record, at=NOON) == 2
    assert given(ada.rater) == {"Heat": 2}
    assert Rating.objects.get().rated_at == NOON
    assert record.undone_at == NOON


def test_undoing_leaves_alone_what_its_owner_changed_since(ada: User, heat: Movie, up: Movie, bring: Bring) -> None:
    jaws = film("Jaws (1975)")
    rated(ada.rater, jaws, stars=1)
    record = bring(ada.rater, table("Heat,1995,5,", "Up,2009,3,", "Jaws,1975,4,"), replaces=True)
    services.rate(rater=ada.rater, movie=heat, stars=1, at=NOON)
    services.unrate(rater=ada.rater, movie=jaws)
    assert store.undo(record=record, at=NOON) == 1
    assert given(ada.rater) == {"Heat": 1}
    before = totals()
    repair_totals()
    assert totals() == before


def test_undoing_twice_is_undoing_once(ada: User, heat: Movie, bring: Bring) -> None:
    record = bring(ada.rater, files.IMDB)
    store.undo(record=record, at=NOON)
    services.rate(rater=ada.rater, movie=heat, stars=4.5, at=NOON)
    assert store.undo(record=record, at=NOON + timedelta(days=1)) == 0
    assert given(ada.rater) == {"Heat": 4.5}


def test_films_to_see_go_onto_the_watchlist_unless_they_are_rated(
    ada: User, heat: Movie, up: Movie, bring: Bring
) -> None:
    archive = files.zip_of(
        {"ratings.csv": files.LETTERBOXD, "watchlist.csv": files.LETTERBOXD_LIST + "2024-05-03,Heat,1995,x\n"}
    )
    record = bring(ada.rater, archive, "letterboxd.zip")
    entry = WatchlistEntry.objects.get()
    assert (entry.movie, entry.added_at) == (up, datetime(2024, 5, 2, tzinfo=UTC))
    store.undo(record=record, at=NOON)
    assert not WatchlistEntry.objects.exists()


def test_the_watchlist_is_left_alone_when_its_owner_says_so(ada: User, up: Movie, bring: Bring) -> None:
    bring(ada.rater, files.LETTERBOXD_LIST, "watchlist.csv", fills_watchlist=False)
    assert not WatchlistEntry.objects.exists()


def test_what_was_there_already_stays_on_the_watchlist_after_undoing(ada: User, up: Movie, bring: Bring) -> None:
    WatchlistEntry.objects.create(rater=ada.rater, movie=up)
    store.undo(record=bring(ada.rater, files.LETTERBOXD_LIST, "watchlist.csv"), at=NOON)
    assert WatchlistEntry.objects.get().movie == up


def test_a_film_that_is_rated_leaves_the_watchlist_and_comes_back_with_undoing(
    ada: User, heat: Movie, bring: Bring
) -> None:
    WatchlistEntry.objects.create(rater=ada.rater, movie=heat, added_at=NOON)
    record = bring(ada.rater, files.IMDB)
    assert not WatchlistEntry.objects.exists()
    store.undo(record=record, at=NOON)
    assert WatchlistEntry.objects.values_list("movie", "added_at").get() == (heat.pk, NOON)


@pytest.mark.parametrize("since", ["gone", "hidden", "full"])
def test_undoing_puts_no_film_back_that_is_gone_or_hidden_since_or_too_many(
    ada: User, heat: Movie, bring: Bring, monkeypatch: pytest.MonkeyPatch, since: str
) -> None:
    WatchlistEntry.objects.create(rater=ada.rater, movie=heat)
    record = bring(ada.rater, files.IMDB)
    if since == "gone":
        heat.delete()
    elif since == "hidden":
        services.hide(rater=ada.rater, movie=heat)
    else:
        monkeypatch.setattr(store, "MOST_WATCHED", 0)
    store.undo(record=record, at=NOON)
    connection.check_constraints()
    assert not WatchlistEntry.objects.exists()


def test_a_hidden_film_and_one_too_many_stay_off_the_watchlist(
    ada: User, heat: Movie, up: Movie, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.hide(rater=ada.rater, movie=up)
    film("Jaws (1975)")
    monkeypatch.setattr(plan, "MOST_WATCHED", 1)
    wanted = files.LETTERBOXD_LIST + "2024-05-03,Heat,1995,x\n2024-05-03,Jaws,1975,x\n"
    assert bring(ada.rater, wanted, "watchlist.csv").report["no_room"] == 1
    assert WatchlistEntry.objects.get().movie == heat


def test_a_film_that_was_shown_in_vain_was_not_when_it_is_rated(ada: User, heat: Movie, bring: Bring) -> None:
    ShownMovie.objects.create(rater=ada.rater, movie=heat, last_shown_on=NOON)
    bring(ada.rater, files.IMDB)
    assert not ShownMovie.objects.exists()


def test_a_rating_that_is_taken_back_is_no_longer_muted(ada: User, heat: Movie, bring: Bring) -> None:
    record = bring(ada.rater, files.IMDB)
    MutedRating.objects.create(rater=ada.rater, movie=heat)
    store.undo(record=record, at=NOON)
    assert not MutedRating.objects.exists()


def test_what_cannot_be_brought_is_counted(ada: User, heat: Movie, bring: Bring) -> None:
    lines = ["tt0113277,9,Heat,Movie,1995", "tt1,9,Some series,TV Series,2000", "tt2,,Seen,Movie,2000"]
    lines += ["tt3,99,Too many,Movie,2000", "tt4,8,Nobody knows <b>it</b>,Movie,2000"]
    report = bring(ada.rater, "\n".join(["Const,Your Rating,Title,Title Type,Year", *lines])).report
    counted = {name: report[name] for name in ("new", "not_films", "seen", "unreadable", "unmatched", "open")}
    assert counted == {
        "new": 1,
        "not_films": 1,
        "seen": 1,
        "unreadable": 1,
        "unmatched": 1,
        "open": [["Nobody knows <b>it</b>", 2000]],
    }


def test_two_rows_that_turn_out_to_be_one_film_are_one_rating(ada: User, heat: Movie, bring: Bring) -> None:
    bring(ada.rater, table("Heat,1995,2,", "HEAT,1996,5,"))
    assert given(ada.rater) == {"Heat": 5}


def test_an_interrupted_import_leaves_nothing(
    ada: User, heat: Movie, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "taste_changed", lambda rater: 1 / 0)
    before = totals()
    with pytest.raises(ZeroDivisionError):
        bring(ada.rater, files.IMDB)
    assert (Rating.objects.count(), ImportedRating.objects.count(), totals()) == (0, 0, before)


def test_a_hundred_ratings_take_no_more_queries_than_ten(ada: User, bring: Bring) -> None:
    some = films(110)
    taken = []
    for part in (some[:10], some[10:]):
        content = table(*(f"{movie.title},{movie.year},4," for movie in part))
        with CaptureQueriesContext(connection) as queries:
            bring(ada.rater, content)
        taken.append(len(queries))
    assert taken[0] == taken[1]
