from dataclasses import astuple

import numpy as np
import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.importer import ImportRefused
from catalog.importer.load import sql
from catalog.models import Genome, GenomeTag, Genre, Movie, Rater, Rating, Release, Tag, Tagging
from tests.catalog.importer.files import (
    CSV_FILES,
    GENOME_FILES,
    ML_1M_FILES,
    ML_10M_FILES,
    ML_100K_FILES,
    MOVIES_CSV,
    NOW,
    RATINGS_CSV,
    folder_of,
    imported,
    zip_of,
)
from tests.catalog.importer.stored import everything

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def load(tmp_path):
    """Imports the good CSV release, with some files changed, added, or (None) taken away."""

    def load(release="ml-tiny", *, base=CSV_FILES, changed=None, **options):
        files = {name: content for name, content in (base | (changed or {})).items() if content is not None}
        return imported(zip_of(tmp_path / f"{release}.zip", files, top=release), tmp_path, **options)

    return load


def counts(kind):
    """(read, inserted, updated, unchanged, duplicate, rejected, filtered)."""
    return astuple(kind)


def test_a_release_is_loaded_whole(load):
    result = load()
    assert counts(result.movies) == (5, 5, 0, 0, 0, 0, 0)
    assert counts(result.ratings) == (5, 5, 0, 0, 0, 0, 0)
    assert counts(result.people) == (3, 3, 0, 0, 0, 0, 0)
    assert counts(result.tags) == (3, 3, 0, 0, 0, 0, 0)
    assert (result.rejects_file, result.changed) == (None, True)


def test_a_film_is_stored_as_people_say_it(load):
    load()
    film = Movie.objects.get(numbering="movielens", number=4973)
    assert (film.title, film.year, film.original_title) == ("Amelie", 2001, "Le Fabuleux destin d'Amélie Poulain")
    assert film.listed_title == "Amelie (Fabuleux destin d'Amélie Poulain, Le) (2001)"
    assert "fabuleux destin damelie poulain le" in film.search_text
    assert [genre.name for genre in film.genres.all()] == ["Comedy", "Romance"]


def test_ids_elsewhere_are_stored(load):
    load()
    films = Movie.objects.filter(number__in=[858, 40697]).order_by("number")
    assert list(films.values_list("imdb_id", "tmdb_id")) == [(68646, 238), (105946, None)]


def test_ratings_belong_to_the_people_of_the_release(load):
    load()
    rating = Rating.objects.get(rater__number=2, movie__number=11)
    assert (rating.half_stars, rating.rated_at.timestamp(), rating.rater.release.name) == (1, 1445714836, "ml-tiny")


def test_counts_and_sums_of_films_are_exact(load):
    load()
    assert list(Movie.objects.order_by("number").values_list("number", "rating_count", "rating_sum")) == [
        (1, 2, 15), (11, 1, 1), (858, 2, 19), (4973, 0, 0), (40697, 0, 0),
    ]  # fmt: skip


def test_a_tag_is_kept_as_first_written(load):
    load()
    assert sorted(Tag.objects.values_list("name", "folded")) == [("Mafia", "mafia"), ("pixar", "pixar")]
    assert Tagging.objects.filter(tag__folded="mafia").count() == 2


def test_a_film_without_genres_has_none(load):
    load()
    assert not Movie.objects.get(number=40697).genres.exists()
    assert Genre.objects.get(name="Children").slug == "children"


def test_genres_of_any_script_have_slugs_of_their_own(load):
    films = MOVIES_CSV.replace(b"Adventure|", "動作|冒險|Sci-Fi|Sci Fi|".encode() + "ﬃ".encode() * 40 + b"|")
    load(changed={"movies.csv": films})
    slugs = dict(Genre.objects.values_list("name", "slug"))
    assert {slugs["動作"], slugs["冒險"]} == {"genre", "genre-2"}
    assert {slugs["Sci-Fi"], slugs["Sci Fi"]} == {"sci-fi", "sci-fi-2"}
    assert max(map(len, slugs.values())) == 40


def test_public_ids_are_random_and_fit_json(load):
    load()
    public_ids = Rater.objects.values_list("public_id", flat=True)
    assert len(set(public_ids)) == 3
    assert all(0 < public_id < 2**53 for public_id in public_ids)


def test_importing_again_changes_nothing(load):
    load(changed=GENOME_FILES)
    before = everything()
    result = load(changed=GENOME_FILES)
    assert not result.changed
    assert [counts(kind)[1:4] for kind in result.kinds.values()] == [(0, 0, 5), (0, 0, 5), (0, 0, 3), (0, 0, 3)]
    assert everything() == before


def test_a_newer_file_updates(load):
    load()
    newer = RATINGS_CSV.replace(b"1,1,4.0,964982703", b"1,1,2.5,964982704") + b"3,11,3.0,5\r\n4,11,4.0,5\r\n"
    movies = MOVIES_CSV.replace(b"Toy Story (1995),Adventure|", b"Toy Story (1996),")
    tags = CSV_FILES["tags.csv"].replace(b"pixar,1445714994", b"pixar,1445714995")
    result = load(changed={"ratings.csv": newer, "movies.csv": movies, "tags.csv": tags})
    assert counts(result.ratings) == (7, 2, 1, 4, 0, 0, 0)
    assert counts(result.movies) == (5, 0, 1, 4, 0, 0, 0)
    assert counts(result.people) == (4, 1, 0, 3, 0, 0, 0)
    assert counts(result.tags) == (3, 0, 1, 2, 0, 0, 0)
    film = Movie.objects.get(number=1)
    assert (film.year, film.rating_count, film.rating_sum) == (1996, 2, 12)
    assert "Adventure" not in film.genres.values_list("name", flat=True)


def test_the_release_remembers_what_its_last_change_counted(load):
    load()
    load(changed={"ratings.csv": RATINGS_CSV + b"3,11,3.0,5\r\n"})
    load(changed={"ratings.csv": RATINGS_CSV + b"3,11,3.0,5\r\n"})
    release = Release.objects.get()
    assert (release.summary["ratings"]["inserted"], release.imported_at) == (1, NOW)


def test_taste_rises_for_those_whose_ratings_changed(load):
    load()
    assert set(Rater.objects.values_list("taste_version", flat=True)) == {0}
    load(changed={"ratings.csv": RATINGS_CSV.replace(b"1,1,4.0", b"1,1,2.5") + b"3,11,3.0,5\r\n"})
    assert dict(Rater.objects.values_list("number", "taste_version")) == {1: 1, 2: 0, 3: 1}


def test_what_a_file_no_longer_has_is_left_alone(load):
    load()
    result = load(changed={"ratings.csv": RATINGS_CSV.rpartition(b"3,858")[0]})
    assert counts(result.ratings) == (4, 0, 0, 4, 0, 0, 0)
    assert Rating.objects.count() == 5
    assert Movie.objects.get(number=858).rating_count == 2


def test_ids_elsewhere_stay_when_a_file_has_none(load):
    load()
    assert counts(load(changed={"links.csv": None}).movies) == (5, 0, 0, 5, 0, 0, 0)


def test_a_film_listed_twice_is_a_duplicate_and_the_last_one_counts(load):
    result = load(changed={"movies.csv": MOVIES_CSV + b"1,Toy Story 1 (1995),Comedy\r\n"})
    assert counts(result.movies) == (6, 5, 0, 0, 1, 0, 0)
    assert Movie.objects.get(number=1).title == "Toy Story 1"


def test_the_same_tag_twice_is_a_duplicate(load):
    result = load(changed={"tags.csv": CSV_FILES["tags.csv"] + b"2,1,PIXAR,1445714999\r\n"})
    assert counts(result.tags) == (4, 3, 0, 0, 1, 0, 0)
    assert Tagging.objects.get(tag__folded="pixar").tagged_at.timestamp() == 1445714999


def test_bad_links_are_rejected_and_belong_to_no_kind(load):
    result = load(changed={"links.csv": CSV_FILES["links.csv"] + b"858,tt0068646,238\r\n"})
    assert (result.other_rejects, result.movies.rejected) == (1, 0)
    assert b'"links.csv","6","imdbId","not_a_number"' in result.rejects_file.read_bytes()


def test_the_tag_genome_is_one_row_a_film(load):
    load(changed=GENOME_FILES)
    assert list(GenomeTag.objects.values_list("number", "name")) == [(1, "mafia"), (2, "toys")]
    genome = {row.movie.number: np.frombuffer(row.relevance, "<f2").tolist() for row in Genome.objects.all()}
    assert genome == {1: pytest.approx([0.025, 0.999], abs=1e-3), 858: pytest.approx([1, 0.00025], abs=1e-6)}


def test_a_newer_genome_updates(load):
    load(changed=GENOME_FILES)
    scores = GENOME_FILES["genome-scores.csv"].replace(b"1,2,0.999", b"1,2,0.5")
    again = load(
        changed=GENOME_FILES | {"genome-scores.csv": scores, "genome-tags.csv": b"tagId,tag\n1,mob\n2,toys\n"}
    )
    assert again.changed
    assert np.frombuffer(Genome.objects.get(movie__number=1).relevance, "<f2")[1] == 0.5
    assert GenomeTag.objects.get(number=1).name == "mob"


def test_100k_has_people_and_no_last_newline(load):
    result = load("ml-100k", base=ML_100K_FILES)
    assert [counts(kind)[:2] for kind in result.kinds.values()] == [(3, 3), (3, 3), (2, 2), (0, 0)]
    rater = Rater.objects.get(number=2)
    assert (rater.age, rater.gender, rater.occupation, rater.zip_code) == (53, "F", "other", "94043")
    assert Movie.objects.get(numbering="ml-100k", number=3).title == "Les Misérables"
    assert not Movie.objects.get(number=2).genres.exists()


def test_a_person_of_whom_something_else_is_known_is_updated(load):
    load("ml-100k", base=ML_100K_FILES)
    people = ML_100K_FILES["u.user"].replace(b"|94043", b"|94044")
    assert counts(load("ml-100k", base=ML_100K_FILES, changed={"u.user": people}).people) == (2, 0, 1, 1, 0, 0, 0)


def test_somebody_who_is_not_listed_cannot_have_rated(load):
    ratings = ML_100K_FILES["u.data"] + b"3\t1\t4\t881250949\n"
    result = load("ml-100k", base=ML_100K_FILES, changed={"u.data": ratings})
    assert counts(result.ratings) == (4, 3, 0, 0, 0, 1, 0)
    assert b"unknown_person" in result.rejects_file.read_bytes()


def test_1m_has_people_with_occupations(load):
    load("ml-1m", base=ML_1M_FILES)
    rater = Rater.objects.get(number=2)
    assert (rater.age, rater.gender, rater.occupation, rater.zip_code) == (56, "M", "self-employed", "70072")
    assert Movie.objects.get(numbering="movielens", number=3).title == "Les Misérables"


def test_10m_has_half_stars_and_tags_also_of_people_who_never_rated(load):
    result = load("ml-10M100K", base=ML_10M_FILES)
    assert (result.release, Rating.objects.get(movie__number=3).half_stars) == ("ml-10m", 7)
    assert counts(result.tags) == (3, 2, 0, 0, 0, 0, 1)


def test_a_dry_run_counts_everything_and_stores_nothing(load):
    before = everything()
    dry = load(dry_run=True)
    assert everything() == before
    assert (dry.kinds, dry.changed) == (load().kinds, False)


def test_a_dry_run_of_a_newer_file_counts_the_difference(load):
    load()
    before = everything()
    result = load(changed={"ratings.csv": RATINGS_CSV.replace(b"1,1,4.0", b"1,1,2.5") + b"9,1,3,5\n"}, dry_run=True)
    assert counts(result.ratings) == (6, 1, 1, 4, 0, 0, 0)
    assert everything() == before


def test_a_limit_reads_only_the_first_ratings(load):
    result = load(limit=2)
    assert counts(result.ratings) == (2, 2, 0, 0, 0, 0, 0)
    assert counts(result.people) == (1, 1, 0, 0, 0, 0, 0)
    assert counts(result.tags) == (3, 0, 0, 0, 0, 0, 3)


def test_filters_take_people_first_then_films(load):
    result = load(min_user_ratings=2, min_movie_ratings=2)
    assert counts(result.people) == (3, 2, 0, 0, 0, 0, 1)
    assert counts(result.movies) == (5, 1, 0, 0, 0, 0, 4)
    assert counts(result.ratings) == (5, 2, 0, 0, 0, 0, 3)
    assert counts(result.tags) == (3, 1, 0, 0, 0, 0, 2)
    assert Movie.objects.get().number == 1


def test_duplicates_do_not_help_through_a_filter(load):
    result = load(changed={"ratings.csv": RATINGS_CSV + b"3,858,4.0,1\r\n"}, min_user_ratings=2)
    assert counts(result.ratings) == (6, 4, 0, 0, 1, 0, 1)


def test_nobody_may_be_left(load):
    result = load(min_user_ratings=99)
    assert counts(result.ratings) == (5, 0, 0, 0, 0, 0, 5)
    assert counts(result.people) == (3, 0, 0, 0, 0, 0, 3)


@pytest.mark.parametrize("first", [True, False])
def test_loading_with_indexes_made_anew_stores_the_same(load, monkeypatch, first):
    if not first:
        load(changed={"ratings.csv": RATINGS_CSV.rpartition(b"2,1,")[0]})
    monkeypatch.setattr(sql, "ROWS_WORTH_REINDEXING", 1)
    before = constraints()
    load()
    assert constraints() == before
    assert Rating.objects.count() == 5


def constraints():
    """The names and columns of what guards the ratings."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "catalog_rating")
    return {(name, *facts["columns"], facts["unique"], facts["index"]) for name, facts in found.items()}


def test_rows_come_in_the_same_whatever_the_size_of_chunks(load, monkeypatch):
    monkeypatch.setattr("catalog.importer.load.ratings.CHUNK", 2)
    monkeypatch.setattr(sql, "CHUNK", 2)
    load()
    result = load(changed={"ratings.csv": RATINGS_CSV.replace(b"3,858,4.5", b"3,858,4.0") + b"3,1,1,1\r\n"})
    assert counts(result.ratings) == (6, 1, 1, 4, 0, 0, 0)


def test_a_database_that_cannot_take_it_is_left_as_it_was(load, monkeypatch):
    def full(*_):
        raise OperationalError("database or disk is full")

    before = everything()
    monkeypatch.setattr("catalog.importer.load.store.recount", full)
    with pytest.raises(ImportRefused, match=r"Nothing was changed.*disk is full"):
        load()
    assert everything() == before


def test_the_sample_is_a_release_like_any_other(tmp_path):
    result = imported("sample", tmp_path)
    assert (result.release, Release.objects.get().numbering) == ("sample", "sample")
    assert result.ratings.inserted == Rating.objects.count() > 10_000


def test_what_is_neither_path_nor_release_is_refused(tmp_path):
    with pytest.raises(ImportRefused, match="no file or folder ml-3m, and no release of that name"):
        imported("ml-3m", tmp_path)


def test_what_the_operating_system_refuses_is_a_sentence(tmp_path):
    with pytest.raises(ImportRefused, match=r"could not be read \(File name too long\)"):
        imported("x" * 5_000, tmp_path)


def test_a_database_without_tables_is_a_sentence(load, monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda _: [])
    with pytest.raises(ImportRefused, match=r"run `manage\.py migrate` first"):
        load()


ROW = st.tuples(
    st.integers(0, 4), st.sampled_from([1, 11, 858, 999]), st.sampled_from([0.5, 3.0, 5.0, 5.5]), st.integers(0, 3)
)
ROWS = st.lists(ROW, max_size=15).map(lambda rows: [(1, 1, 4.0, 9), *rows])


class Oracle:
    """An importer that a child could follow: it keeps {(person, film): (stars, time)}."""

    def __init__(self):
        self.stored = {}

    def load(self, rows):
        good = [row for row in rows if row[0] and row[1] != 999 and row[2] <= 5]
        newest = {}
        for person, film, stars, time in good:
            if time >= newest.get((person, film), (0, -1))[1]:
                newest[person, film] = (stars, time)
        inserted = len(newest.keys() - self.stored.keys())
        unchanged = len(newest.items() & self.stored.items())
        updated = len(newest) - inserted - unchanged
        self.stored |= newest
        return (len(rows), inserted, updated, unchanged, len(good) - len(newest), len(rows) - len(good), 0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(ROWS, min_size=1, max_size=3))
def test_any_files_one_after_the_other_leave_what_an_oracle_says(files, tmp_path):
    Rater.objects.all().delete()
    oracle = Oracle()
    for rows in files:
        content = "".join(f"{','.join(map(str, row))}\n" for row in rows).encode()
        changed = CSV_FILES | {"ratings.csv": b"userId,movieId,rating,timestamp\n" + content}
        assert counts(imported(folder_of(tmp_path / "ml-tiny", changed), tmp_path).ratings) == oracle.load(rows)
    stored = Rating.objects.values_list("rater__number", "movie__number", "half_stars", "rated_at")
    assert {row[:2]: (row[2] / 2, row[3].timestamp()) for row in stored} == oracle.stored
