"""The pages that show films: search, one film, and its poster. Where films are browsed, predictions count too."""

import logging

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from catalog import posters, real_posters, selectors
from catalog.models import Movie, MovieQuerySet
from catalog.paging import BoundedPaginator
from catalog.search import LONGEST_QUERY, MOST_FOUND, find, in_order_of

FILMS_A_PAGE = 24
LEAST_OF_A_GENRE = 3
MOMENT, DAY, WEEK, YEAR = 300, 24 * 3600, 7 * 24 * 3600, 365 * 24 * 3600

log = logging.getLogger(__name__)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the films whose title matches, best match first, those that come close, and the tag of that name."""
    q = request.GET.get("q", "").strip()
    found = find(q)
    page = _page(request, in_order_of(Movie.objects.all(), found.films))
    close = set(found.close)
    too_long = len(q) > LONGEST_QUERY
    context = {
        "q": q,
        "page": page,
        "matches": [film for film in page.object_list if film.pk not in close],
        "close": [film for film in page.object_list if film.pk in close],
        "exact": len(found.exact),
        "most": MOST_FOUND,
        "tag": selectors.tag_called(q) if q and not too_long else None,
        "named_genres": selectors.genres_called(q) if len(q) >= LEAST_OF_A_GENRE and not too_long else [],
        "too_long": too_long,
    }
    return render(request, "catalog/search.html", context)


@require_safe
def movie(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one film."""
    film = get_object_or_404(Movie.objects.with_genres(), pk=pk)
    bars = selectors.distribution(film)
    context = {
        "movie": film,
        "tags": selectors.most_used_tags(film),
        "bars": bars,
        "most_given": max(bars, key=lambda bar: bar.count, default=None),
    }
    return render(request, "catalog/movie.html", context)


@require_safe
@cache_control(public=True, max_age=WEEK, stale_while_revalidate=YEAR)
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a film's poster. Browsers may keep it for a week, and then show it while they ask for it anew.

    Its address changes with the film's title and year, but not with the genres that give it its hues: whoever writes
    an address would have to know them, which takes a query more on every page with films.
    """
    film = get_object_or_404(Movie.objects.with_genres(), pk=pk)
    drawing = posters.draw(film.title, film.year, [genre.name for genre in film.genres.all()])
    return HttpResponse(drawing, content_type="image/svg+xml")


@require_safe
def real_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the poster that TMDB has of a film; until a worker has brought it, or for want of one, the one we draw."""
    film = get_object_or_404(Movie, pk=pk)
    if settings.TMDB_KEY and film.tmdb_id:
        picture = real_posters.kept(settings.POSTERS_DIR, film.tmdb_id)
        if picture is not None:
            response = HttpResponse(picture, content_type="image/jpeg")
            patch_cache_control(response, public=True, max_age=WEEK)
            return response
        _ask_for(film.tmdb_id)
    response = HttpResponseRedirect(posters.drawn_poster_url(film))
    patch_cache_control(response, public=True, max_age=MOMENT)
    return response


def _ask_for(tmdb_id: int) -> None:
    """Let a worker fetch a poster; each is asked for once a day, however many people look."""
    if not cache.add(f"poster-{tmdb_id}", 1, DAY):
        return
    try:
        current_app.send_task("catalog.tasks.fetch_poster", args=[tmdb_id], retry=False)
    except (OperationalError, OSError):
        log.warning("No worker could be asked for a poster")


def _page(request: HttpRequest, films: MovieQuerySet) -> Page[Movie]:
    return BoundedPaginator(films, FILMS_A_PAGE).get_page(request.GET.get("page"))
