"""The pages on which people rate and hide films, and see what they have rated and hidden."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import is_aware
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from accounts import guests, selectors, services, shown, taste, watchlist
from accounts.forms import RatingForm
from accounts.guests import MadeForAnother, rater_of
from accounts.models import HiddenMovie
from accounts.services import RatingRefused
from accounts.taste import NothingToMute
from accounts.watchlist import WatchlistFull
from catalog.models import Movie, Rater
from catalog.templatetags.stars import star_words

A_PAGE = 24
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TASTE_CHANGED = "taste-changed"
OFF_THE_WATCHLIST = ", and it is off your watchlist"


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and which address (with which stars) takes it back."""

    words: str
    undo: str = ""
    stars: float | None = None
    watched_since: datetime | None = None
    """Since when the film was on the watchlist, from which it was taken: the way back leads there."""
    rated_at: datetime | None = None
    """When the rating was given that is no more, and whether it was muted: so it comes back."""
    muted: bool = False


class HtmxRequest(HttpRequest):
    """A request, with what django-htmx knows about it."""

    htmx: HtmxDetails


Action = Callable[[HtmxRequest, Rater, Movie], Done]
View = Callable[[HtmxRequest, int], HttpResponseBase]


def acts_on_film(action: Action) -> View:
    """Make a view of something that somebody does to a film by POST; a visitor's first act makes a guest.

    htmx gets the film's rating control as it is now, and a word with a way back; every other browser goes back to the
    page it came from.
    """

    @require_POST
    @wraps(action)
    def view(request: HtmxRequest, pk: int) -> HttpResponseBase:
        movie = get_object_or_404(Movie, pk=pk)
        try:
            guests.refuse_for_another(request)
            with guests.acting(request) as rater:
                done = action(request, rater, movie)
        except MadeForAnother as refused:
            return _refuse(request, movie, str(refused), control=False)
        except (RatingRefused, WatchlistFull, NothingToMute) as refused:
            return _refuse(request, movie, str(refused))
        return _answer(request, movie, done)

    return view


@acts_on_film
def rate(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Give a film the stars in the form."""
    form = RatingForm(request.POST)
    if not form.is_valid():
        raise RatingRefused(str(form.errors["stars"][0]))
    stars = form.cleaned_data["stars"]
    before = selectors.rating_of(rater, movie)
    since = selectors.on_watchlist_since(rater, movie)
    services.rate(rater=rater, movie=movie, stars=stars, at=_before_now(request, "rated_at") or timezone.now())
    if "muted" in request.POST:
        taste.mute(rater=rater, movie=movie)
    _watch_again(request, rater, movie)
    words = f"You gave {movie.title} {star_words(stars)}{OFF_THE_WATCHLIST if since else ''}."
    if before is None:
        return Done(words, "unrate", watched_since=since)
    return Done(words, "rate" if since or before.stars != stars else "", before.stars, since, before.rated_at)


@acts_on_film
def unrate(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Take a rating back."""
    before = selectors.rating_of(rater, movie)
    services.unrate(rater=rater, movie=movie)
    _watch_again(request, rater, movie)
    words = f"Your rating of {movie.title} is taken back."
    if before is None:
        return Done(words)
    return Done(words, "rate", before.stars, rated_at=before.rated_at, muted=before.muted)


@acts_on_film
def hide(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Never recommend a film again."""
    since = selectors.on_watchlist_since(rater, movie)
    services.hide(rater=rater, movie=movie)
    words = f"{movie.title} will not be recommended to you again{OFF_THE_WATCHLIST if since else ''}."
    return Done(words, "unhide", watched_since=since)


@acts_on_film
def unhide(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Allow a film to be recommended again."""
    services.unhide(rater=rater, movie=movie)
    _watch_again(request, rater, movie)
    return Done(f"{movie.title} may be recommended to you again.", "hide")


@acts_on_film
def watch(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Put a film on the watchlist."""
    watchlist.watch(rater=rater, movie=movie, since=_before_now(request, "watched_since"))
    return Done(f"{movie.title} is on your watchlist.", "unwatch")


@acts_on_film
def unwatch(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Take a film off the watchlist."""
    since = selectors.on_watchlist_since(rater, movie)
    watchlist.unwatch(rater=rater, movie=movie)
    return Done(f"{movie.title} is off your watchlist.", "watch" if since else "", watched_since=since)


@acts_on_film
def mute(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Make no list from the rating of a film."""
    taste.mute(rater=rater, movie=movie)
    return Done(f"Your rating of {movie.title} no longer counts for recommendations.", "unmute")


@acts_on_film
def unmute(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Let the rating of a film count again."""
    taste.unmute(rater=rater, movie=movie)
    return Done(f"Your rating of {movie.title} counts again.", "mute")


@acts_on_film
def keep_showing(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Bring a film back that sank because it was shown in vain."""
    shown.bring_back(rater=rater, movie=movie)
    return Done(f"{movie.title} is back where it belongs on your list.", "let-sink")


@acts_on_film
def let_sink(request: HtmxRequest, rater: Rater, movie: Movie) -> Done:
    """Let a film sink again that was brought back."""
    shown.let_sink(rater=rater, movie=movie)
    return Done(f"{movie.title} makes room for others again.", "keep-showing")


@require_safe
@never_cache
def sheet(request: HtmxRequest, pk: int) -> HttpResponseBase:
    """Give a card its film's rating control; whoever comes by the address finds it on the film's page."""
    movie = get_object_or_404(Movie, pk=pk)
    if not request.htmx:
        return redirect(movie)
    return render(request, "films/sheet.html", {"movie": movie, "next": request.htmx.current_url_abs_path})


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show what the site keeps for the reader, and the ways to it."""
    return render(request, "accounts/me.html")


@require_safe
def my_ratings(request: HttpRequest) -> HttpResponseBase:
    """Show what the reader has rated, newest first."""
    rater = guests.rater_of(request)
    if rater is None:
        return redirect_to_login(request.get_full_path())
    ratings = Paginator(selectors.ratings_of(rater), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/my_ratings.html", {"ratings": ratings})


@require_safe
def hidden(request: HttpRequest) -> HttpResponse:
    """Show which films the reader does not want to see, last hidden first."""
    rater = rater_of(request)
    unwanted = selectors.hidden_movies_of(rater) if rater else HiddenMovie.objects.none()
    page = Paginator(unwanted, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/hidden.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def demo_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Offer a short-lived account of one's own for trying the site, and make it when asked to."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST" and not request.user.is_authenticated:
        user = services.create_demo_account(at=timezone.now())
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "accounts/demo.html")


def _before_now(request: HttpRequest, name: str) -> datetime | None:
    """Return the moment that a step which is being taken back has to restore, if the form has one that can be."""
    try:
        moment = parse_datetime(request.POST.get(name, ""))
    except ValueError:
        return None
    return moment if moment and is_aware(moment) and EPOCH <= moment <= timezone.now() else None


def _watch_again(request: HttpRequest, rater: Rater, movie: Movie) -> None:
    """Put a film back on the watchlist when the step is taken back that took it off."""
    since = _before_now(request, "watched_since")
    if since:
        watchlist.watch(rater=rater, movie=movie, since=since)


def _answer(request: HtmxRequest, movie: Movie, done: Done) -> HttpResponseBase:
    if not request.htmx:
        messages.success(request, done.words)
        return HttpResponseRedirect(_came_from(request, movie))
    response = render(request, "films/done.html", {"movie": movie, "done": done, "next": request.POST.get("next")})
    return trigger_client_event(response, TASTE_CHANGED)


def _refuse(request: HtmxRequest, movie: Movie, words: str, *, control: bool = True) -> HttpResponseBase:
    """Say why not, beside the film's rating control as it is now or, without `control`, beside no film."""
    if not request.htmx:
        messages.error(request, words)
        return HttpResponseRedirect(_came_from(request, movie))
    context = {"movie": movie, "refused": words, "next": request.POST.get("next") if control else None}
    return render(request, "films/done.html", context, status=422)


def _came_from(request: HttpRequest, movie: Movie) -> str:
    """Return the page that the form was on, if it is one of ours, else the film's own."""
    given = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if ours and given.startswith("/") else reverse("movie", args=[movie.pk])
