import pytest
from django.db import connection

from accounts import film_lists, services
from accounts.importing import store
from accounts.models import HiddenMovie, ImportedRating, ListedMovie, RatingImport, User
from catalog.importer import ImportRefused
from catalog.models import Genre, Movie, Rater, Rating, Release, Tag
from tests.catalog.importer.files import CSV_FILES, GENOME_FILES, ML_100K_FILES, MOVIES_CSV, NOW, folder_of, imported
from tests.catalog.importer.stored import everything

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def load(tmp_path):
    def load(release, files, **options):
        return imported(folder_of(tmp_path / release, files), tmp_path, **options)

    return load


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada").rater


def rate(rater, number, stars, numbering="movielens"):
    movie = Movie.objects.get(numbering=numbering, number=number)
    services.rate(rater=rater, movie=movie, stars=stars, at=NOW)
    return movie


def rated(rater):
    rows = Rating.objects.filter(rater=rater).order_by("movie__number")
    return list(rows.values_list("movie__numbering", "movie__number", "half_stars"))


def test_another_release_is_refused_without_replace(load):
    load("ml-tiny", CSV_FILES)
    before = everything()
    with pytest.raises(ImportRefused, match=r"ml-tiny is live here, .* say --replace"):
        load("ml-100k", ML_100K_FILES)
    assert everything() == before


def test_another_numbering_under_the_same_name_is_another_release(load):
    load("ml", ML_100K_FILES)
    with pytest.raises(ImportRefused, match="ml is live here"):
        load("ml2", CSV_FILES)


def test_replace_takes_people_and_ratings_away(load):
    load("ml-tiny", CSV_FILES | GENOME_FILES)
    result = load("ml-100k", ML_100K_FILES, replace=True)
    assert result.ratings.inserted == Rating.objects.count() == 3
    assert set(Rater.objects.values_list("release__name", flat=True)) == {"ml-100k"}
    assert set(Movie.objects.values_list("numbering", flat=True)) == {"ml-100k"}
    assert not Tag.objects.exists()
    assert not Genre.objects.filter(movies=None).exists()


def test_a_dry_run_of_a_replacement_takes_nothing_away(load):
    load("ml-tiny", CSV_FILES)
    before = everything()
    assert load("ml-100k", ML_100K_FILES, replace=True, dry_run=True).ratings.inserted == 3
    assert everything() == before


def test_accounts_keep_their_ratings_when_films_keep_their_numbers(load, ada):
    load("ml-tiny", CSV_FILES)
    rate(ada, 858, 5)
    load("ml-small", CSV_FILES, replace=True)
    assert rated(ada) == [("movielens", 858, 10)]
    assert Movie.objects.get(number=858).rating_count == 3


def test_accounts_keep_films_that_the_new_release_does_not_have(load, ada):
    load("ml-tiny", CSV_FILES)
    rate(ada, 858, 5)
    load("ml-100k", ML_100K_FILES, replace=True)
    assert rated(ada) == [("movielens", 858, 10)]
    assert Movie.objects.filter(numbering="movielens").count() == 1
    assert Movie.objects.get(numbering="movielens").rating_count == 1


def test_ratings_move_to_the_same_film_of_another_numbering(load, ada):
    load("ml-tiny", CSV_FILES)
    rate(ada, 1, 4.5)
    version = Rater.objects.get(pk=ada.pk).taste_version
    load("ml-100k", ML_100K_FILES, replace=True)
    assert rated(ada) == [("ml-100k", 1, 9)]
    assert Movie.objects.get(number=1).rating_count == 2
    assert Rater.objects.get(pk=ada.pk).taste_version > version


def test_a_film_is_the_same_by_imdb_whatever_its_title(load, ada):
    load("ml-100k", ML_100K_FILES)
    movie = rate(ada, 3, 2, "ml-100k")
    Movie.objects.filter(pk=movie.pk).update(imdb_id=68646)
    load("ml-tiny", CSV_FILES, replace=True)
    assert rated(ada) == [("movielens", 858, 4)]


def test_hidden_films_move_too(load, ada):
    load("ml-tiny", CSV_FILES)
    services.hide(rater=ada, movie=Movie.objects.get(number=1))
    load("ml-100k", ML_100K_FILES, replace=True)
    assert HiddenMovie.objects.get(rater=ada).movie.numbering == "ml-100k"


def test_whoever_rated_both_keeps_what_they_said_of_the_new_one(load, ada):
    load("ml-tiny", CSV_FILES)
    old = rate(ada, 1, 1)
    load("ml-100k", ML_100K_FILES, replace=True)
    twin = Movie.objects.create(numbering="movielens", number=1, title=old.title, listed_title="x", year=1995)
    rate(ada, 1, 0.5)
    load("other", ML_100K_FILES, replace=True)
    assert rated(ada) == [("ml-100k", 1, 2)]
    assert not Movie.objects.filter(pk=twin.pk).exists()


def test_films_that_somebody_hid_stay(load, ada):
    load("ml-tiny", CSV_FILES)
    services.hide(rater=ada, movie=Movie.objects.get(number=858))
    load("ml-100k", ML_100K_FILES, replace=True)
    assert HiddenMovie.objects.get(rater=ada).movie.number == 858


@pytest.mark.parametrize(("number", "numbering"), [(1, "ml-100k"), (858, "movielens")])
def test_films_on_lists_move_with_their_notes_and_stay_where_there_is_no_such_film(load, ada, number, numbering):
    load("ml-tiny", CSV_FILES)
    film_list = film_lists.make(owner=ada, name="With the children")
    film_lists.add(film_list=film_list, movie=Movie.objects.get(number=number))
    ListedMovie.objects.update(note="Ben asked for it")
    load("ml-100k", ML_100K_FILES, replace=True)
    assert ListedMovie.objects.values_list("movie__numbering", "note").get() == (numbering, "Ben asked for it")


@pytest.mark.parametrize(("number", "numbering"), [(1, "ml-100k"), (858, "movielens")])
def test_what_an_import_of_ratings_changed_can_still_be_taken_back(load, ada, number, numbering):
    load("ml-tiny", CSV_FILES)
    movie = rate(ada, number, 4)
    record = RatingImport.objects.create(rater=ada, source="table", report={"watchlist": [], "off_watchlist": []})
    ImportedRating.objects.create(rating_import=record, movie=movie, half_stars=8)
    load("ml-100k", ML_100K_FILES, replace=True)
    assert record.changes.get().movie.numbering == numbering
    assert store.undo(record=record, at=NOW) == 1
    assert not ada.ratings.exists()


def test_films_that_the_new_release_lacks_go_even_with_the_same_numbers(load):
    load("ml-tiny", CSV_FILES)
    load("ml-small", CSV_FILES | {"movies.csv": MOVIES_CSV.rpartition(b"4973")[0]}, replace=True)
    assert sorted(Movie.objects.values_list("number", flat=True)) == [1, 11, 858]


def test_an_account_that_owns_a_person_of_the_release_keeps_it(load):
    load("ml-tiny", CSV_FILES)
    rater = Rater.objects.get(number=2)
    User.objects.create(username="bob", rater=rater)
    load("ml-100k", ML_100K_FILES, replace=True)
    rater.refresh_from_db()
    assert (rater.release, rater.number, len(rated(rater))) == (None, None, 2)


def test_there_is_one_release_at_a_time(load):
    load("ml-tiny", CSV_FILES)
    load("ml-100k", ML_100K_FILES, replace=True)
    load("ml-tiny", CSV_FILES, replace=True)
    assert Release.objects.get().name == "ml-tiny"


def test_every_key_points_somewhere_afterwards(load, ada):
    load("ml-tiny", CSV_FILES | GENOME_FILES)
    rate(ada, 1, 4.5)
    load("ml-100k", ML_100K_FILES, replace=True)
    connection.check_constraints()
