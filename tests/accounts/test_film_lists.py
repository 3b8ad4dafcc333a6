"""People's lists: made, filled, put in order, shared and deleted, by their owners alone."""

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts import film_lists
from accounts.models import FilmList, User
from catalog.models import Movie
from tests.films import account, film, films

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MARKUP = '<script>alert("&")</script>'


@pytest.fixture
def heists(ada: User) -> FilmList:
    """A list of Ada's with three films."""
    made = film_lists.make(owner=ada.rater, name="Heists", description="With a plan.")
    for movie in films(3):
        film_lists.add(film_list=made, movie=movie)
    return made


def titles(film_list: FilmList) -> list[str]:
    return [entry.movie.title for entry in film_list.entries.all()]


def test_a_list_is_made_with_a_name_and_opened(mine: Client, ada: User) -> None:
    response = mine.post("/me/lists/", {"name": " Heists ", "description": "With a plan."}, follow=True)
    assert "<h1>Heists</h1>" in response.content.decode()
    assert FilmList.objects.get().owner == ada.rater


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Please give the list a name"), ("Heists", "You have a list called"), ("x" * 101, "at most 100 characters")],
)
def test_a_name_that_cannot_be_is_explained_and_nothing_typed_is_lost(
    mine: Client, heists: FilmList, name: str, words: str
) -> None:
    response = mine.post("/me/lists/", {"name": name, "description": "My own words"})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "My own words" in response.content.decode()


def test_a_list_can_be_called_otherwise_but_not_like_another(mine: Client, ada: User, heists: FilmList) -> None:
    film_lists.make(owner=ada.rater, name="Westerns")
    assert mine.post(f"/me/lists/{heists.pk}/", {"name": "Westerns"}).status_code == 422
    mine.post(f"/me/lists/{heists.pk}/", {"name": "Heists", "description": "Changed."})
    heists.refresh_from_db()
    assert (heists.name, heists.description) == ("Heists", "Changed.")


def test_there_are_only_so_many_lists_and_films(
    mine: Client, heists: FilmList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(film_lists, "MOST_LISTS", 1)
    monkeypatch.setattr(film_lists, "MOST_FILMS", 3)
    assert "Delete one first" in mine.post("/me/lists/", {"name": "Westerns"}).content.decode()
    full = mine.post(f"/films/{film('Heat (1995)').pk}/list", {"to": heists.pk}, follow=True)
    assert "“Heists” is full" in full.content.decode()
    assert len(titles(heists)) == 3


# --- films on lists -------------------------------------------------------------------------------------------------


def test_a_film_is_added_from_its_page_once(mine: Client, heists: FilmList) -> None:
    heat = film("Heat (1995)")
    assert "Heists" in mine.get(f"/films/{heat.pk}/").content.decode()
    mine.post(f"/films/{heat.pk}/list", {"to": heists.pk})
    again = mine.post(f"/films/{heat.pk}/list", {"to": heists.pk}, follow=True)
    assert "already on “Heists”" in again.content.decode()
    assert titles(heists).count("Heat") == 1


def test_a_visitor_starts_a_first_list_from_a_films_page(client: Client) -> None:
    heat = film("Heat (1995)")
    response = client.post(f"/films/{heat.pk}/list", {"name": "To remember"}, follow=True)
    assert "Heat is on “To remember”." in response.content.decode()
    assert "To remember" in client.get("/me/lists/").content.decode()


@pytest.mark.parametrize("to", ["", "0", "x", "999999", "99999999999999999999", "\0"])
def test_a_list_that_is_not_there_takes_no_film(mine: Client, to: str) -> None:
    response = mine.post(f"/films/{film('Heat (1995)').pk}/list", {"to": to}, follow=True)
    assert 'class="note error"' in response.content.decode()


@pytest.mark.parametrize(
    ("which", "way", "order"),
    [
        (0, "down", "102"),
        (2, "up", "021"),
        (0, "up", "012"),
        (2, "down", "012"),
        (1, "up", "102"),
        (2, "top", "201"),
        (1, "top", "102"),
        (0, "top", "012"),
    ],
)
def test_films_change_places_with_their_neighbours_or_go_to_the_top(
    mine: Client, heists: FilmList, which: int, way: str, order: str
) -> None:
    before = titles(heists)
    movie = heists.entries.all()[which].movie_id
    response = mine.post(f"/me/lists/{heists.pk}/films/{movie}/move", {"way": way})
    assert response.url == f"/me/lists/{heists.pk}/?page=1#film-{movie}"
    assert titles(heists) == [before[int(place)] for place in order]


def test_a_film_of_a_number_that_cannot_be_is_not_on_the_list(mine: Client, heists: FilmList) -> None:
    response = mine.post(f"/me/lists/{heists.pk}/films/{'9' * 20}/move", follow=True)
    assert "not on this list any more" in response.content.decode()


def test_a_note_stands_beside_its_film_and_is_said_once_more_when_it_goes(mine: Client, heists: FilmList) -> None:
    movie = heists.entries.all()[0].movie_id
    mine.post(f"/me/lists/{heists.pk}/films/{movie}/note", {"note": "Seen with Bob"})
    assert 'value="Seen with Bob"' in mine.get(f"/me/lists/{heists.pk}/").content.decode()
    gone = mine.post(f"/me/lists/{heists.pk}/films/{movie}/remove", follow=True).content.decode()
    assert "Your note was: “Seen with Bob”" in gone
    assert len(titles(heists)) == 2


def test_a_note_that_is_too_long_is_explained_where_it_stands_as_typed(mine: Client, heists: FilmList) -> None:
    movie = heists.entries.all()[0].movie_id
    response = mine.post(f"/me/lists/{heists.pk}/films/{movie}/note", {"note": "x" * 301})
    assert response.status_code == 422
    assert f'value="{"x" * 301}" aria-invalid="true"' in response.content.decode()


# --- sharing and deleting -------------------------------------------------------------------------------------------


def test_a_shared_list_is_read_by_whoever_has_its_link_and_found_by_no_search_engine(
    client: Client, heists: FilmList
) -> None:
    assert client.get(f"/lists/{heists.token}/").status_code == 404
    film_lists.share(film_list=heists, shared=True)
    response = client.get(f"/lists/{heists.token}/")
    assert "With a plan." in response.content.decode()
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_link_that_was_given_up_never_works_again(mine: Client, heists: FilmList) -> None:
    mine.post(f"/me/lists/{heists.pk}/share", {"shared": "yes"})
    link = f"/lists/{FilmList.objects.get().token}/"
    assert mine.get(link).status_code == 200
    for shared in ("no", "yes"):
        mine.post(f"/me/lists/{heists.pk}/share", {"shared": shared})
        assert mine.get(link).status_code == 404


def test_a_list_goes_only_after_a_question(mine: Client, heists: FilmList) -> None:
    assert "3 films" in mine.get(f"/me/lists/{heists.pk}/delete").content.decode()
    assert FilmList.objects.exists()
    mine.post(f"/me/lists/{heists.pk}/delete")
    assert not FilmList.objects.exists()
    assert Movie.objects.count() == 3


def test_pressing_delete_twice_ends_at_the_lists(mine: Client, heists: FilmList) -> None:
    for words in ("is deleted", "not there any more"):
        assert words in mine.post(f"/me/lists/{heists.pk}/delete", follow=True).content.decode()


ACTIONS = ["", "delete", "share", "films/{}/move", "films/{}/note", "films/{}/remove"]


def tamper(client: Client, heists: FilmList, action: str) -> HttpResponse:
    """Send what would change a list, and see that nothing was changed."""
    address = f"/me/lists/{heists.pk}/{action.format(heists.entries.all()[0].movie_id)}"
    answer = client.post(address, {"name": "Mine now", "shared": "yes"})
    heists.refresh_from_db()
    assert (heists.name, heists.is_shared, len(titles(heists))) == ("Heists", False, 3)
    return answer


@pytest.mark.parametrize("action", ACTIONS)
def test_nobody_elses_list_is_there(client: Client, heists: FilmList, action: str) -> None:
    client.force_login(account("bob"))
    answer = tamper(client, heists, action)
    assert answer.status_code == 404 or (action, answer.url) == ("delete", "/me/lists/")


@pytest.mark.parametrize("action", ACTIONS)
def test_whoever_is_signed_out_is_led_to_sign_in_and_back_to_the_list(
    client: Client, heists: FilmList, action: str
) -> None:
    page = f"/me/lists/{heists.pk}/"
    assert tamper(client, heists, action).url == client.get(page).url == f"/accounts/login/?next={page}"
    assert "nothing was changed" in client.get("/accounts/login/").content.decode()


def test_markup_in_names_and_notes_is_text(mine: Client, heists: FilmList) -> None:
    film_lists.describe(film_list=heists, name=MARKUP, description=MARKUP)
    film_lists.note(entry=heists.entries.all()[0], words=MARKUP)
    film_lists.share(film_list=heists, shared=True)
    for address in ("/me/lists/", f"/me/lists/{heists.pk}/", f"/lists/{heists.token}/"):
        assert MARKUP not in mine.get(address).content.decode()


def test_queries_do_not_grow_with_lists_or_films(
    mine: Client, ada: User, heists: FilmList, django_assert_max_num_queries: object
) -> None:
    for place, movie in enumerate(films(40)):
        film_lists.add(film_list=heists, movie=movie)
        film_lists.make(owner=ada.rater, name=f"List {place}")
    for address in ("/me/lists/", f"/me/lists/{heists.pk}/", f"/films/{movie.pk}/"):
        with django_assert_max_num_queries(16):  # type: ignore[operator]
            mine.get(address)


def test_the_owner_of_the_site_can_take_a_list_off_it(client: Client, heists: FilmList) -> None:
    client.force_login(User.objects.create_superuser("owner", password="popcorn-and-tea"))
    film_lists.share(film_list=heists, shared=True)
    page = f"/admin/accounts/filmlist/{heists.pk}/"
    assert "Heists" in client.get(page + "change/").content.decode()
    client.post(page + "change/", {})
    assert not FilmList.objects.get().is_shared
    film_lists.share(film_list=FilmList.objects.get(), shared=True)
    assert client.get(f"/lists/{heists.token}/").status_code == 404
    client.post(page + "delete/", {"post": "yes"})
    assert not FilmList.objects.exists()
