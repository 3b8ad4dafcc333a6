"""Lists of films, as their owners change them: made, named, filled, put in order, shared."""

from django.db import transaction
from django.db.models import F, Max, QuerySet

from accounts.models import FilmList, ListedMovie, random_token
from accounts.services import lock_rater
from catalog.models import Movie, Rater

MOST_LISTS = 200
MOST_FILMS = 1_000


class ListRefused(ValueError):
    """What cannot be done to a list; the message is for its owner."""


@transaction.atomic
def make(*, owner: Rater, name: str, description: str = "") -> FilmList:
    """Make an empty list that nobody else sees. Raises ListRefused."""
    lock_rater(owner.pk)
    if FilmList.objects.filter(owner=owner).count() >= MOST_LISTS:
        raise ListRefused(f"You have {MOST_LISTS} lists, which is as many as there can be. Delete one first.")
    _refuse_a_taken_name(FilmList(owner=owner), name)
    return FilmList.objects.create(owner=owner, name=name, description=description)


@transaction.atomic
def describe(*, film_list: FilmList, name: str, description: str) -> None:
    """Give a list another name or description. Raises ListRefused."""
    lock_rater(film_list.owner_id)
    _refuse_a_taken_name(film_list, name)
    film_list.name, film_list.description = name, description
    film_list.save(update_fields=["name", "description"])


@transaction.atomic
def delete(*, film_list: FilmList) -> None:
    """Remove a list with its notes; the films and their ratings stay."""
    film_list.delete()


@transaction.atomic
def share(*, film_list: FilmList, shared: bool) -> None:
    """Let whoever knows the list's address read it, or nobody. An address that was given up never works again."""
    if film_list.is_shared and not shared:
        film_list.token = random_token()
    film_list.is_shared = shared
    film_list.save(update_fields=["token", "is_shared"])


@transaction.atomic
def add(*, film_list: FilmList, movie: Movie) -> bool:
    """Put `movie` at the end of the list; return whether it is new there. Raises ListRefused."""
    entries = _locked(film_list)
    if entries.filter(movie=movie).exists():
        return False
    if entries.count() >= MOST_FILMS:
        raise ListRefused(f"“{film_list.name}” is full: a list holds {MOST_FILMS:,} films. Take one off it first.")
    last = entries.aggregate(last=Max("place"))["last"] or 0
    ListedMovie.objects.create(film_list=film_list, movie=movie, place=last + 1)
    return True


@transaction.atomic
def remove(*, entry: ListedMovie) -> None:
    """Take a film off its list."""
    entry.delete()


@transaction.atomic
def note(*, entry: ListedMovie, words: str) -> None:
    """Write beside a film why it is on the list."""
    entry.note = words
    entry.save(update_fields=["note"])


@transaction.atomic
def move(*, entry: ListedMovie, up: bool) -> bool:
    """Let a film change places with the one above or below it; return whether there was one."""
    entries = _locked(entry.film_list)
    here = entries.filter(pk=entry.pk).first()
    if here is None:
        return False
    neighbor = entries.filter(place__lt=here.place).last() if up else entries.filter(place__gt=here.place).first()
    if neighbor is None:
        return False
    here.place, neighbor.place = neighbor.place, here.place
    ListedMovie.objects.bulk_update([here, neighbor], ["place"])
    return True


@transaction.atomic
def move_to_top(*, entry: ListedMovie) -> bool:
    """Put a film before all others of its list; return whether there was one before it."""
    entries = _locked(entry.film_list)
    here = entries.filter(pk=entry.pk).first()
    above = entries.filter(place__lt=here.place) if here else entries.none()
    first = above.first()
    if here is None or first is None:
        return False
    above.update(place=F("place") + 1)
    here.place = first.place
    here.save(update_fields=["place"])
    return True


def _locked(film_list: FilmList) -> QuerySet[ListedMovie]:
    """Return a list's entries in order; one change of a list waits for the other."""
    FilmList.objects.select_for_update().get(pk=film_list.pk)
    return ListedMovie.objects.filter(film_list=film_list)


def _refuse_a_taken_name(film_list: FilmList, name: str) -> None:
    others = FilmList.objects.filter(owner=film_list.owner_id, name=name).exclude(pk=film_list.pk)
    if others.exists():
        raise ListRefused(f"You have a list called “{name}” already. Please choose another name.")
