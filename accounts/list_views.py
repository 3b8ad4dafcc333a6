"""The pages of people's lists: make, fill, put in order, share."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import film_lists, selectors
from accounts.film_lists import ListRefused
from accounts.forms import AddToListForm, FilmListForm, NoteForm
from accounts.guests import rater_of, rater_or_guest
from accounts.models import FilmList, ListedMovie
from accounts.personal import unlisted
from catalog.models import Movie

A_PAGE = 50
Words = str


class NoteRefused(ValueError):
    """A note that is too long, as it was typed, and what to say about it."""

    def __init__(self, typed: str, words: str) -> None:
        super().__init__(words)
        self.typed = typed


ListView = Callable[..., HttpResponse]
EntryAction = Callable[[HttpRequest, ListedMovie], Words]


def of_own_list(view: ListView) -> Callable[..., HttpResponse]:
    """Give a view the list of the reader's own that its address names; anybody else's is none.

    Whoever is nobody, or not any more, is led to sign in and then to the list.
    """

    @wraps(view)
    def of_list(request: HttpRequest, pk: int, **more: int) -> HttpResponse:
        rater = rater_of(request)
        if rater is None:
            if request.method == "POST":
                messages.error(request, "You have been signed out, and nothing was changed. Sign in, and do it again.")
            return redirect_to_login(reverse("list", args=[pk]))
        return view(request, get_object_or_404(FilmList, pk=pk, owner=rater), **more)

    return of_list


@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """Show the reader's lists, and make another one."""
    form = FilmListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = film_lists.make(owner=rater_or_guest(request), **form.cleaned_data)
        except ListRefused as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("list", made.pk)
    rater = rater_of(request)
    context = {"lists": selectors.lists_of(rater) if rater else [], "form": form}
    return render(request, "accounts/lists.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_list
def one(request: HttpRequest, film_list: FilmList) -> HttpResponse:
    """Show one of the reader's own lists, and change its name and description."""
    form = _form(film_list, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            film_lists.describe(film_list=film_list, **form.cleaned_data)
        except ListRefused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect("list", film_list.pk)
    status = 422 if form.errors else 200
    return _show(request, film_list, "accounts/list.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether a list is to go, and let it go; a second press finds it gone."""
    rater = rater_of(request)
    if request.method == "POST" and rater and not FilmList.objects.filter(pk=pk, owner=rater).exists():
        messages.info(request, "That list is not there any more.")
        return redirect("lists")
    return _delete(request, pk)


@of_own_list
def _delete(request: HttpRequest, film_list: FilmList) -> HttpResponse:
    if request.method == "POST":
        film_lists.delete(film_list=film_list)
        messages.success(request, f"“{film_list.name}” is deleted.")
        return redirect("lists")
    context = {"list": film_list, "films": film_list.entries.count()}
    return render(request, "accounts/list_delete.html", context)


@require_POST
@of_own_list
def share(request: HttpRequest, film_list: FilmList) -> HttpResponse:
    """Let whoever has the link read a list, or nobody any more."""
    shared = request.POST.get("shared") == "yes"
    film_lists.share(film_list=film_list, shared=shared)
    words = "Whoever has the link can read this list now." if shared else "The link does not work any more."
    messages.success(request, words)
    return redirect("list", film_list.pk)


@require_safe
@never_cache
@unlisted
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show a list to whoever has its link, while its owner shares it."""
    film_list = get_object_or_404(FilmList, token=token, is_shared=True)
    return _show(request, film_list, "accounts/shared_list.html", {})


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a film on one of the reader's lists, or on a new one, and go back to the film."""
    movie = get_object_or_404(Movie, pk=pk)
    form = AddToListForm(request.POST)
    try:
        if not form.is_valid():
            raise ListRefused(str(next(iter(form.errors.values()))[0]))
        film_list = _asked_for(request, form)
        new = film_lists.add(film_list=film_list, movie=movie)
    except ListRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{movie.title} is {'' if new else 'already '}on “{film_list.name}”.")
    return HttpResponseRedirect(f"{movie.get_absolute_url()}#lists")


def acts_on_entry(action: EntryAction) -> ListView:
    """Make a view of something that its owner does to a film on a list, which ends at the film's place on it."""

    @require_POST
    @of_own_list
    @wraps(action)
    def view(request: HttpRequest, film_list: FilmList, movie_pk: int) -> HttpResponse:
        # A key that no database can hold is nobody's; asked for by `movie` it would be an error.
        entry = film_list.entries.select_related("movie", "film_list").filter(movie__pk=movie_pk).first()
        if entry is None:
            messages.error(request, "That film is not on this list any more.")
            return redirect("list", film_list.pk)
        try:
            messages.success(request, action(request, entry))
        except NoteRefused as refused:
            context = {"form": _form(entry.film_list), "refused": refused, "refused_for": entry}
            return _show(request, entry.film_list, "accounts/list.html", context, page=_page_of(entry), status=422)
        return HttpResponseRedirect(f"{reverse('list', args=[film_list.pk])}?page={_page_of(entry)}#film-{movie_pk}")

    return view


@acts_on_entry
def move(request: HttpRequest, entry: ListedMovie) -> Words:
    """Let a film change places with its neighbour above or below, or go before all others."""
    way = request.POST.get("way")
    way = way if way in {"up", "top"} else "down"
    moved = film_lists.move_to_top(entry=entry) if way == "top" else film_lists.move(entry=entry, up=way == "up")
    entry.refresh_from_db(fields=["place"])
    where = "to the top" if way == "top" else way
    return f"{entry.movie.title} moved {where}." if moved else f"{entry.movie.title} cannot move further {where}."


@acts_on_entry
def note(request: HttpRequest, entry: ListedMovie) -> Words:
    """Keep what the owner writes beside a film."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise NoteRefused(request.POST.get("note", ""), str(form.errors["note"][0]))
    film_lists.note(entry=entry, words=form.cleaned_data["note"])
    return f"Your note on {entry.movie.title} is saved."


@acts_on_entry
def remove(request: HttpRequest, entry: ListedMovie) -> Words:
    """Take a film off the list; a note that goes with it is said once more."""
    film_lists.remove(entry=entry)
    words = f"{entry.movie.title} is off the list."
    return f"{words} Your note was: “{entry.note}”" if entry.note else words


def _asked_for(request: HttpRequest, form: AddToListForm) -> FilmList:
    """Return the list that a film is to be put on, a new one if a name for it is given. Raises ListRefused."""
    if form.cleaned_data["name"]:
        return film_lists.make(owner=rater_or_guest(request), name=form.cleaned_data["name"])
    film_list = FilmList.objects.filter(owner=rater_of(request), pk=form.cleaned_data["to"]).first()
    if film_list is None:
        raise ListRefused("Please choose a list, or give a new one a name.")
    return film_list


def _form(film_list: FilmList, data: QueryDict | None = None) -> FilmListForm:
    return FilmListForm(data, initial={"name": film_list.name, "description": film_list.description})


def _page_of(entry: ListedMovie) -> int:
    """Return on which page of its list a film stands, or stood."""
    return ListedMovie.objects.filter(film_list=entry.film_list_id, place__lt=entry.place).count() // A_PAGE + 1


def _show(
    request: HttpRequest,
    film_list: FilmList,
    template: str,
    more: dict[str, object],
    *,
    page: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of a list's films."""
    pages = Paginator(selectors.entries_of(film_list), A_PAGE)
    context = {"list": film_list, "page": pages.get_page(page or request.GET.get("page")), **more}
    return render(request, template, context, status=status)
