"""The owner's pages: usable with millions of rows, and as careful with people's ratings as the site itself."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken

from accounts.models import FilmList, User
from catalog.models import Genre, Movie, Numbering, Rater, Rating, Release, Tag, Tagging
from catalog.paging import BoundedPaginator
from recommendations.models import TrainingRun
from tests.films import account, film, films, rated, tagged

pytestmark = pytest.mark.django_db

OURS = [Movie, Genre, Tag, Rater, Rating, User, FilmList, TrainingRun]


@pytest.fixture
def owner(client: Client) -> Client:
    """A browser in which the owner is signed in."""
    client.force_login(User.objects.create_superuser("owner", password="popcorn-and-tea"))
    return client


@pytest.fixture
def heat() -> Movie:
    return film("Heat (1995)", "Crime")


def page(model: type[Model], action: str = "changelist", *args: Any, **query: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{action}", args=args, query=query or None)


def rows(answer: Any) -> list[Any]:
    return list(answer.context["cl"].result_list)


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", OURS)
def test_every_list_opens_and_is_found_from_the_front_page(owner: Client, model: type[Model]) -> None:
    assert page(model) in owner.get(reverse("admin:index")).content.decode()
    assert owner.get(page(model)).status_code == 200


def test_every_row_has_a_page(owner: Client, heat: Movie) -> None:
    ada = account("ada")
    rated(ada.rater, heat)
    tagged(ada.rater, heat, "heist")
    for model in OURS:
        for row in model._default_manager.all():
            assert owner.get(page(model, "change", row.pk)).status_code == 200, model


@pytest.mark.parametrize("model", [Movie, Rater, Rating, User])
def test_a_longer_list_costs_no_more_queries(owner: Client, model: type[Model]) -> None:
    needed = []
    for number in (2, 12):
        raters = [account(f"person{number}-{place}").rater for place in range(number)]
        for rater, movie in zip(raters, films(number, "Drama"), strict=True):
            rated(rater, movie)
        with CaptureQueriesContext(connection) as queries:
            owner.get(page(model))
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_more_people_to_choose_from_cost_no_more_queries(owner: Client) -> None:
    release = Release.objects.create(name="small", numbering=Numbering.SAMPLE)
    choices = reverse(
        "admin:autocomplete", query={"app_label": "catalog", "model_name": "rating", "field_name": "rater"}
    )
    needed = []
    for number in range(1, 20, 9):
        Rater.objects.bulk_create(Rater(release=release, number=number + extra) for extra in range(9))
        with CaptureQueriesContext(connection) as queries:
            assert len(owner.get(choices).json()["results"]) > number
        needed.append(len(queries))
    assert len(set(needed)) == 1


def test_lists_of_millions_are_never_counted_to_the_end(owner: Client, heat: Movie) -> None:
    rated(account("ada").rater, heat)
    with CaptureQueriesContext(connection) as queries:
        owner.get(page(Rating))
    counts = [query["sql"] for query in queries if "COUNT" in query["sql"] and "catalog_rating" in query["sql"]]
    assert counts
    assert all("LIMIT 10000" in sql for sql in counts)


def test_a_bounded_count_is_exact_below_its_bound(heat: Movie) -> None:
    assert BoundedPaginator(Movie.objects.all(), 10).count == 1


def test_whoever_is_not_signed_in_is_sent_to_the_sites_own_sign_in(client: Client) -> None:
    answer = client.get(page(Movie), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert answer.status_code == 200


def test_nobody_but_staff_gets_in(client: Client) -> None:
    client.force_login(account("ada"))
    for model in OURS:
        assert client.get(page(model), follow=True).status_code == 403


def test_every_model_of_ours_that_people_ask_about_is_registered() -> None:
    ours = {
        model for model in apps.get_models() if model._meta.app_label in {"catalog", "accounts", "recommendations"}
    }
    assert set(OURS) == {model for model in ours if admin.site.is_registered(model)}


# --- films, genres, tags --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", ["godfather", "Godfather, The", "the godfather 1972"])
def test_films_are_found_by_their_title_in_any_form(owner: Client, heat: Movie, q: str) -> None:
    godfather = film("Godfather, The (1972)")
    assert rows(owner.get(page(Movie, q=q))) == [godfather]


def test_a_film_is_found_under_the_title_that_the_owner_gave_it(owner: Client, heat: Movie) -> None:
    fields = {
        "title": "Fieber",
        "original_title": "Heat",
        "year": "1995",
        "overview": "",
        "imdb_id": "",
        "tmdb_id": "",
    }
    owner.post(page(Movie, "change", heat.pk), fields)
    for q in ("fieber", "heat"):
        assert rows(owner.get(page(Movie, q=q))) == [heat]


def test_films_are_neither_added_nor_deleted_by_hand(owner: Client, heat: Movie) -> None:
    assert owner.get(page(Movie, "add")).status_code == 403
    assert owner.post(page(Movie, "delete", heat.pk), {"post": "yes"}).status_code == 403


def test_a_genre_that_has_films_cannot_be_deleted(owner: Client, heat: Movie) -> None:
    crime, empty = Genre.objects.get(), Genre.objects.create(name="Polka")
    assert owner.post(page(Genre, "delete", crime.pk), {"post": "yes"}).status_code == 403
    assert owner.post(page(Genre, "delete", empty.pk), {"post": "yes"}).status_code == 302
    assert list(Genre.objects.all()) == [crime]


def test_a_tag_is_deleted_with_its_uses_which_are_counted_and_not_listed(owner: Client, heat: Movie) -> None:
    for name in ("ada", "ben"):
        tagged(account(name).rater, heat, "rude")
    path = page(Tag, "delete", Tag.objects.get().pk)
    assert b"2 uses of them" in owner.get(path).content
    owner.post(path, {"post": "yes"})
    assert (Tag.objects.count(), Tagging.objects.count()) == (0, 0)


# --- ratings --------------------------------------------------------------------------------------------------------


def assert_counts(movie: Movie, count: int, half_stars: int) -> None:
    movie.refresh_from_db()
    assert (movie.rating_count, movie.rating_sum) == (count, half_stars)


def test_a_rating_that_the_owner_gives_counts_like_any_other(owner: Client, heat: Movie) -> None:
    rater = account("ada").rater
    owner.post(page(Rating, "add"), {"rater": rater.pk, "movie": heat.pk, "half_stars": "9"})
    assert_counts(heat, 1, 9)
    assert Rater.objects.get(pk=rater.pk).taste_version == 1


def test_a_rating_that_is_there_already_is_not_given_twice(owner: Client, heat: Movie) -> None:
    rater = account("ada").rater
    rated(rater, heat)
    answer = owner.post(page(Rating, "add"), {"rater": rater.pk, "movie": heat.pk, "half_stars": "9"})
    assert "already exists" in answer.content.decode()
    assert_counts(heat, 1, 8)


def test_a_rating_that_the_owner_changes_keeps_the_counts_exact(owner: Client, heat: Movie) -> None:
    rater = account("ada").rater
    rated(rater, heat, stars=5)
    other = film("Up (2009)")
    owner.post(page(Rating, "change", Rating.objects.get().pk), {"half_stars": "2", "movie": other.pk})
    assert_counts(heat, 1, 2)
    assert_counts(other, 0, 0)
    assert Rater.objects.get(pk=rater.pk).taste_version == 2


def test_a_rating_that_the_owner_deletes_is_taken_back(owner: Client, heat: Movie) -> None:
    rater = account("ada").rater
    rated(rater, heat)
    owner.post(page(Rating, "delete", Rating.objects.get().pk), {"post": "yes"})
    assert_counts(heat, 0, 0)
    assert Rater.objects.get(pk=rater.pk).taste_version == 2


def test_many_ratings_that_the_owner_deletes_are_all_taken_back(owner: Client, heat: Movie) -> None:
    rater, up = account("ada").rater, film("Up (2009)")
    rated(rater, heat, up)
    keys = list(Rating.objects.values_list("pk", flat=True))
    owner.post(page(Rating), {"action": "delete_selected", "_selected_action": keys, "post": "yes"})
    assert_counts(heat, 0, 0)
    assert_counts(up, 0, 0)
    assert Rater.objects.get(pk=rater.pk).taste_version == 4


@pytest.mark.parametrize("half_stars", ["0", "11", "x", ""])
def test_stars_that_are_none_are_refused(owner: Client, heat: Movie, half_stars: str) -> None:
    answer = owner.post(page(Rating, "add"), {"rater": account().rater.pk, "movie": heat.pk, "half_stars": half_stars})
    assert answer.context["errors"]
    assert not Rating.objects.exists()


def test_ratings_are_found_by_their_film_and_by_their_person(owner: Client, heat: Movie) -> None:
    ada, ben = account("ada").rater, account("ben").rater
    rated(ada, heat)
    rated(ben, film("Up (2009)"))
    assert [rating.movie for rating in rows(owner.get(page(Rating, q="heat")))] == [heat]
    assert [rating.rater for rating in rows(owner.get(page(Rating, q=str(ben.public_id))))] == [ben]
    assert [rating.rater for rating in rows(owner.get(page(Rating, rater__id__exact=ada.pk)))] == [ada]
    assert rows(owner.get(page(Rating, q="9" * 40))) == []


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [User, Rater])
@pytest.mark.parametrize("many", [False, True])
def test_whoever_is_deleted_is_erased_wholly(owner: Client, heat: Movie, model: type[Model], many: bool) -> None:
    ada = account("ada")
    rated(ada.rater, heat)
    AuthToken.objects.create(user=ada)
    key = ada.pk if model is User else ada.rater.pk
    if many:
        owner.post(page(model), {"action": "delete_selected", "_selected_action": [key], "post": "yes"})
    else:
        owner.post(page(model, "delete", key), {"post": "yes"})
    assert list(User.objects.values_list("username", flat=True)) == ["owner"]
    assert (Rater.objects.count(), Rating.objects.count(), AuthToken.objects.count()) == (1, 0, 0)
    assert_counts(heat, 0, 0)


def test_the_log_of_the_admin_forgets_the_names_of_the_erased(owner: Client) -> None:
    ada = account("ada-lovelace")
    owner.post(page(User, "delete", ada.pk), {"post": "yes"})
    assert LogEntry.objects.get().object_repr == f"person {ada.rater.public_id}"


def test_a_deletion_says_how_many_ratings_go_along_and_lists_none(owner: Client) -> None:
    ada = account("ada")
    rated(ada.rater, *films(3))
    answer = owner.get(page(User, "delete", ada.pk)).content.decode()
    assert "3 ratings" in answer
    assert "Film 001" not in answer


def test_an_account_that_the_owner_makes_can_rate(owner: Client, heat: Movie) -> None:
    password = {"password1": "popcorn-and-tea", "password2": "popcorn-and-tea", "usable_password": "true"}
    owner.post(page(User, "add"), {"username": "ada", **password})
    rated(User.objects.get(username="ada").rater, heat)
    assert_counts(heat, 1, 8)


def test_people_are_found_by_id_and_by_name(owner: Client) -> None:
    ada = account("ada").rater
    for q in (str(ada.public_id), "ad"):
        assert rows(owner.get(page(Rater, q=q))) == [ada]


def test_whether_models_learn_from_somebody_can_be_changed(owner: Client) -> None:
    rater = account("ada").rater
    owner.post(page(Rater, "change", rater.pk), {"age": "", "gender": "", "occupation": "", "zip_code": ""})
    assert Rater.objects.get(pk=rater.pk).trains is False


def test_no_page_of_the_admin_needs_an_inline_script_or_style(owner: Client, heat: Movie) -> None:
    rated(account("ada").rater, heat)
    pages = [page(model) for model in OURS] + [page(Rating, "add"), page(User, "add"), page(Movie, "change", heat.pk)]
    for address in pages:
        html = owner.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\b(?:src|type=\"application/json\"))[^>]*>\s*\S", html), address
        assert not re.search(r"<style|\bon(?:click|load|change)=", html), address
