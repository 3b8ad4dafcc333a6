"""Tokens, ratings and people through the API."""

import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPMethod
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from knox.models import AuthToken

from accounts import services
from accounts.models import User
from accounts.tasks import purge_expired_sign_ins
from catalog.models import Movie, Numbering, Rater, Rating, Release
from tests.films import account, film, films, rated

pytestmark = pytest.mark.django_db

TOKEN, RATINGS, USERS, ME = "/api/v1/auth/token/", "/api/v1/ratings/", "/api/v1/users/", "/api/v1/me/"
PASSWORD = "popcorn-and-tea"


@pytest.fixture
def heat() -> Movie:
    return film("Heat (1995)", "Crime", "Thriller")


def sign_in(client: Client, username: str, password: str = PASSWORD) -> Any:
    return client.post(TOKEN, {"username": username, "password": password}, content_type="application/json")


def post(client: Client, path: str, body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# --- tokens ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.org"])
def test_a_name_or_an_address_with_its_password_gives_a_token_that_works(client: Client, ada: User, name: str) -> None:
    User.objects.update(email="ada@example.org")
    token = sign_in(client, name).json()["token"]
    assert client.get(ME, headers=bearer(token)).json()["username"] == "ada"


def test_a_token_is_kept_only_as_a_hash_and_ends_one_day(client: Client, ada: User) -> None:
    answer = sign_in(client, "ada").json()
    kept = AuthToken.objects.get()
    assert answer["token"] not in str(vars(kept))
    assert kept.expiry > timezone.now()


def _by_the_page(client: Client, ada: User) -> None:
    client.force_login(ada)
    new = {"oldpassword": PASSWORD, "password1": "tea-and-biscuits", "password2": "tea-and-biscuits"}
    client.post("/accounts/password/change/", new)


def _by_a_link(client: Client, ada: User) -> None:
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"http://\S+(/accounts/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "tea-and-biscuits", "password2": "tea-and-biscuits"})


def _by_the_owner(client: Client, ada: User) -> None:
    client.force_login(User.objects.create_superuser("root"))
    new = {"password1": "tea-and-biscuits", "password2": "tea-and-biscuits", "usable_password": "true"}
    client.post(f"/admin/accounts/user/{ada.pk}/password/", new)


@pytest.mark.parametrize("change", [_by_the_page, _by_a_link, _by_the_owner])
def test_a_new_password_ends_all_tokens(client: Client, ada: User, change: Callable[[Client, User], None]) -> None:
    User.objects.update(email="ada@example.org")
    token = sign_in(client, "ada").json()["token"]
    change(client, User.objects.get())
    assert User.objects.get(username="ada").check_password("tea-and-biscuits")
    assert Client().get(ME, headers=bearer(token)).status_code == 401


def test_tokens_outlive_whatever_else_changes_in_an_account(client: Client, ada: User) -> None:
    token = sign_in(client, "ada").json()["token"]
    User.objects.get().save()
    assert client.get(ME, headers=bearer(token)).status_code == 200


def test_tokens_and_sessions_that_have_expired_are_removed_daily(client: Client, ada: User) -> None:
    sign_in(client, "ada")
    client.force_login(ada)
    with time_machine.travel(timezone.now() + timedelta(days=13)):
        purge_expired_sign_ins()
        assert (AuthToken.objects.count(), Session.objects.count()) == (1, 1)
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        purge_expired_sign_ins()
    assert (AuthToken.objects.count(), Session.objects.count()) == (0, 0)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client, ada: User) -> None:
    wrong, unknown = sign_in(client, "ada", "not-it"), sign_in(client, "nobody", "not-it")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.content == unknown.content
    assert wrong.headers["WWW-Authenticate"]


def test_a_deactivated_account_gets_no_token_and_its_tokens_end(client: Client, ada: User) -> None:
    token = sign_in(client, "ada").json()["token"]
    User.objects.update(is_active=False)
    assert sign_in(client, "ada").status_code == 401
    assert client.get(ME, headers=bearer(token)).status_code == 401


def test_demo_accounts_cannot_sign_in_with_a_password(client: Client) -> None:
    demo = services.create_demo_account(at=timezone.now())
    assert sign_in(client, demo.username, "!").status_code == 401


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(client: Client, ada: User) -> None:
    for _ in range(5):
        sign_in(client, "ada", "not-it")
    answer = sign_in(client, "ada")
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "throttled")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_forged_address_does_not_get_around_the_limit(client: Client) -> None:
    answers = [
        client.post(
            TOKEN,
            {"username": f"name{number}", "password": "not-it"},
            content_type="application/json",
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
        for number in range(15)
    ]
    assert [answer.status_code for answer in answers].count(401) <= 10


def test_a_revoked_token_opens_nothing_and_the_others_stay(client: Client, ada: User) -> None:
    first, second = (sign_in(client, "ada").json()["token"] for _ in range(2))
    assert client.delete(TOKEN, headers=bearer(first)).status_code == 204
    assert client.get(ME, headers=bearer(first)).status_code == 401
    assert client.get(ME, headers=bearer(second)).status_code == 200


def test_a_session_is_no_token_that_could_be_revoked(mine: Client) -> None:
    assert mine.delete(TOKEN).status_code == 400


def test_an_expired_token_opens_nothing_but_does_not_keep_anybody_from_a_new_one(client: Client, ada: User) -> None:
    _, old = AuthToken.objects.create(user=ada, expiry=timedelta(seconds=-1))
    assert client.get(ME, headers=bearer(old)).status_code == 401
    again = {"username": "ada", "password": PASSWORD}
    assert client.post(TOKEN, again, content_type="application/json", headers=bearer(old)).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", "Bearer a b", "Bearer \xff\xfe", "Bearer " + "x" * 9_000])
def test_what_is_not_a_token_is_refused(client: Client, header: str) -> None:
    answer = client.get(ME, headers={"Authorization": header})
    assert (answer.status_code, answer.json()["error"]["fields"]) == (401, {})


def test_whoever_a_request_is_from_costs_one_query_with_a_token(client: Client, ada: User) -> None:
    tokens = [AuthToken.objects.create(user=ada)[1] for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        client.get(ME, headers=bearer(tokens[0]))
    assert len(queries) == 2  # the token with its account and rater; the number of ratings


# --- who may --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [ME, RATINGS, f"{RATINGS}1/", USERS, f"{USERS}1/", f"{USERS}1/ratings/", f"{USERS}1/recommendations/"],
)
def test_nobody_gets_a_401_that_says_how_to_sign_in(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [ME, RATINGS, USERS])
def test_what_is_personal_is_never_kept_on_the_way(mine: Client, path: str) -> None:
    assert mine.get(path).headers["Cache-Control"] == "no-store"


def test_a_session_alone_changes_nothing_without_its_csrf_token(ada: User, heat: Movie) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    answer = post(browser, RATINGS, {"movie": heat.pk, "stars": 4})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")
    assert not Rating.objects.exists()


def test_a_token_needs_no_csrf_token(ada: User, heat: Movie) -> None:
    program = Client(enforce_csrf_checks=True, headers=bearer(AuthToken.objects.create(user=ada)[1]))
    assert post(program, RATINGS, {"movie": heat.pk, "stars": 4}).status_code == 201


def test_people_see_themselves_and_not_each_other(mine: Client, ada: User) -> None:
    other = account("ben").rater.public_id
    for path in ("", "ratings/", "recommendations/"):
        theirs, missing = mine.get(f"{USERS}{other}/{path}"), mine.get(f"{USERS}{other - 1}/{path}")
        assert (theirs.status_code, theirs.content) == (404, missing.content)
    assert [person["username"] for person in mine.get(USERS).json()["results"]] == ["ada"]
    assert mine.get(f"{USERS}{ada.rater.public_id}/ratings/").status_code == 200


def test_staff_see_everybody_and_find_imported_people_by_their_number(mine: Client, ada: User) -> None:
    User.objects.update(is_staff=True)
    release = Release.objects.create(name="ml-latest-small", numbering=Numbering.MOVIELENS)
    imported = Rater.objects.create(release=release, number=414)
    found = mine.get(USERS, {"number": "414"}).json()["results"]
    assert [(person["id"], person["release"], person["username"]) for person in found] == [
        (imported.public_id, "ml-latest-small", None)
    ]
    assert mine.get(USERS).json()["count"] == 2
    assert mine.get(f"{USERS}{imported.public_id}/ratings/").status_code == 200


def test_me_says_who_i_am_by_my_public_id(mine: Client, ada: User, heat: Movie) -> None:
    rated(ada.rater, heat)
    assert mine.get(ME).json() == {
        "id": ada.rater.public_id,
        "username": "ada",
        "email": "",
        "is_staff": False,
        "is_demo": False,
        "ratings": 1,
        "taste_version": 1,
    }


def test_the_databases_own_keys_of_people_stay_inside(mine: Client, ada: User, heat: Movie) -> None:
    rated(ada.rater, heat)
    person = mine.get(f"{USERS}{ada.rater.public_id}/").json()
    assert person["id"] == ada.rater.public_id
    assert set(person) == {"id", "username", "release", "number", "ratings", "taste_version", "trains"}


# --- ratings --------------------------------------------------------------------------------------------------------


def test_a_film_is_rated_then_rated_again(mine: Client, heat: Movie) -> None:
    first, second = (post(mine, RATINGS, {"movie": heat.pk, "stars": stars}) for stars in (4.5, 2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["movie"] == {"id": heat.pk, "title": "Heat", "year": 1995, "genres": ["Crime", "Thriller"]}
    assert (first.json()["stars"], second.json()["stars"], Rating.objects.get().stars) == (4.5, 2, 2)
    assert second.json() == mine.get(f"{RATINGS}{heat.pk}/").json()


@pytest.mark.parametrize("change", [Client.put, Client.patch])
def test_a_rating_is_read_changed_and_taken_back(mine: Client, ada: User, heat: Movie, change: Any) -> None:
    rated(ada.rater, heat, stars=1)
    path = f"{RATINGS}{heat.pk}/"
    assert mine.get(path).json()["stars"] == 1
    assert change(mine, path, {"stars": 3.5}, content_type="application/json").json()["stars"] == 3.5
    assert mine.delete(path).status_code == 204
    assert mine.get(path).status_code == mine.delete(path).status_code == 404


@pytest.mark.parametrize("method", [HTTPMethod.GET, HTTPMethod.PUT, HTTPMethod.PATCH, HTTPMethod.DELETE])
def test_a_film_that_is_not_rated_has_no_rating_whoever_else_rated_it(
    mine: Client, heat: Movie, method: HTTPMethod
) -> None:
    rated(account("ben").rater, heat)
    answer = mine.generic(method, f"{RATINGS}{heat.pk}/", '{"stars": 3}', content_type="application/json")
    assert answer.status_code == 404
    assert Rating.objects.get().stars == 4


def test_ratings_are_listed_newest_first(mine: Client, ada: User) -> None:
    older, newer = films(2)
    rated(ada.rater, older, newer)
    answer = mine.get(RATINGS).json()
    assert [rating["movie"]["id"] for rating in answer["results"]] == [newer.pk, older.pk]
    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)


@pytest.mark.parametrize("stars", ["0", "5.5", "4.2", "1e400", "-1", '"4"', "true", "null", "[4]", "{}", "9" * 400])
def test_stars_that_are_none_are_refused_beside_their_field(mine: Client, heat: Movie, stars: str) -> None:
    answer = post(mine, RATINGS, f'{{"movie": {heat.pk}, "stars": {stars}}}')
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["stars"])


@pytest.mark.parametrize("movie", ["0", "-1", "9" * 30, "1.5", '"1"', "true", "null", "[]"])
def test_a_film_that_is_none_is_refused_beside_its_field(mine: Client, heat: Movie, movie: str) -> None:
    answer = post(mine, RATINGS, f'{{"movie": {movie}, "stars": 4}}')
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["movie"])


def test_fields_that_are_not_ours_to_set_are_passed_over(mine: Client, ada: User, heat: Movie) -> None:
    other = account("ben").rater
    post(mine, RATINGS, {"movie": heat.pk, "stars": 4, "rater": other.pk, "rated_at": "1999-01-01", "id": 7})
    rating = Rating.objects.get()
    assert rating.rater == ada.rater
    assert rating.rated_at.year > 1999


@pytest.mark.parametrize("path", [RATINGS, "/api/v1/users/{id}/ratings/"])
def test_a_longer_list_costs_no_more_queries(mine: Client, ada: User, path: str) -> None:
    path = path.format(id=ada.rater.public_id)
    assert_no_more_queries(lambda: mine.get(path), lambda: rated(ada.rater, *films(12, "Drama")))


def test_more_people_cost_no_more_queries(mine: Client) -> None:
    User.objects.update(is_staff=True)
    assert_no_more_queries(lambda: mine.get(USERS), lambda: [account(f"person{number}") for number in range(12)])


def assert_no_more_queries(request: Callable[[], Any], fill: Callable[[], Any]) -> None:
    """Check that `request` needs as many queries when `fill` has added rows as with the two it adds at first."""
    rated_once = film("Up (2009)", "Comedy")
    rated(User.objects.get(username="ada").rater, rated_once)
    with CaptureQueriesContext(connection) as few:
        request()
    fill()
    with CaptureQueriesContext(connection) as many:
        assert len(request().json()["results"]) > 10
    assert len(many) == len(few)
