"""The home page, films for whoever reads it and why, and the pages on which newcomers say what they like."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guests import acting, is_looking, rater_of
from accounts.picks import ENOUGH_RATINGS, pick
from accounts.selectors import picked_movie_ids, rating_count, well_known_to_rate
from catalog import selectors
from catalog.models import Movie, Rater, Rating
from catalog.paging import BoundedPaginator
from catalog.search import LONGEST_QUERY, find, in_order_of
from recommendations import serving

LIST_SIZE = 25
WELL_KNOWN = 12
# Fills its rows, however many films stand in one.
A_PAGE = 24
GROUPS_TO_PICK = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a person's list, as shelves or of one genre, and to visitors what this is."""
    rater = rater_of(request)
    if rater is None:
        return render(request, "recommendations/welcome.html", {"films": Movie.objects.best_known()[:A_PAGE]})
    slug = request.GET.get("genre", "")
    genres = list(selectors.genres())
    genre = next((genre for genre in genres if genre.slug == slug), None)
    # Whoever gives the fifth rating in place still has the first films on the page.
    well_known = well_known_to_rate(rater, WELL_KNOWN) if "start" in request.GET or _is_new(rater) else []
    elsewhere = {movie.pk for movie in well_known}
    if genre is None:
        page = serving.home_of(rater, without=elsewhere)
    else:
        page = serving.Home(serving.recommend(rater, n=LIST_SIZE + WELL_KNOWN, genre=genre.name), ())
    films = [film for film in page.found.films if film.movie.pk not in elsewhere][:LIST_SIZE]
    if is_looking(request):
        seen = [film for shelf in page.shelves for film in shelf.films] or films
        serving.note_shown(rater, (film.movie.pk for film in seen), on=timezone.localdate())
    context = {
        "recommendations": page.found,
        "shelves": page.shelves,
        "films": films,
        "run": serving.live_run(),
        "genres": genres,
        "genre": genre.slug if genre else "",
        "enough": ENOUGH_RATINGS,
        "well_known": well_known,
    }
    return render(request, "recommendations/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponseBase:
    """Let a newcomer pick three taste groups of six; where there are none, or no need, films are rated instead."""
    groups, rater = serving.groups(), rater_of(request)
    if not groups or (rater and _rated_so_far(rater) >= ENOUGH_RATINGS):
        return redirect("start-rating")
    chosen = [group for group in groups if str(group.key) in request.POST.getlist("group")]
    if len(chosen) == GROUPS_TO_PICK:
        with acting(request) as newcomer:
            pick(rater=newcomer, movies=[film for group in chosen for film in group.films])
        return redirect("home")
    refused = _how_many_more(len(chosen)) if request.method == "POST" else ""
    picked = {group.key for group in chosen} if refused else _picked_before(rater, groups)
    context = {"groups": groups, "picked": picked, "wanted": GROUPS_TO_PICK, "refused": refused}
    return render(request, "start/groups.html", context)


@require_safe
def start_rating(request: HttpRequest) -> HttpResponse:
    """Let a newcomer rate as they like: well-known films that tell most about somebody, or any that they look for."""
    rater, q = rater_of(request), request.GET.get("q", "").strip()
    pages = BoundedPaginator(in_order_of(Movie.objects.all(), serving.telling()), WELL_KNOWN)
    context = {
        "page": pages.get_page(request.GET.get("page")),
        "q": q,
        "too_long": len(q) > LONGEST_QUERY,
        "matches": in_order_of(Movie.objects.all(), find(q).films[:WELL_KNOWN]) if q else [],
        "rated": rating_count(rater) if rater else 0,
        "enough": ENOUGH_RATINGS,
        "has_groups": bool(serving.groups()),
    }
    return render(request, "start/rating.html", context)


def _is_new(rater: Rater) -> bool:
    """Return whether somebody has said so little that the first films to rate belong on their page."""
    return _rated_so_far(rater) < ENOUGH_RATINGS and not picked_movie_ids(rater)


def _rated_so_far(rater: Rater) -> int:
    """Return how many films somebody has rated, up to enough."""
    return Rating.objects.filter(rater=rater).order_by()[:ENOUGH_RATINGS].count()


def _picked_before(rater: Rater | None, groups: Iterable[serving.TasteGroup]) -> set[int]:
    picked = picked_movie_ids(rater) if rater else set()
    return {group.key for group in groups if group.key in picked}


def _how_many_more(chosen: int) -> str:
    """Say what is missing, or too much."""
    if chosen > GROUPS_TO_PICK:
        return f"You picked {chosen}. Three say most: please take {'one' if chosen == 4 else chosen - 3} away."
    missing = GROUPS_TO_PICK - chosen
    return f"Please pick {('one', 'two', 'three')[missing - 1]}{' more' if chosen else ' of them'}."
