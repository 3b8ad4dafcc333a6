"""The pages that show films: search, one film, and its poster. Where films are browsed, predictions count too."""

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import posters, selectors
from catalog.models import Movie, MovieQuerySet
from catalog.paging import BoundedPaginator
from catalog.search import LONGEST_QUERY, MOST_FOUND, find, in_order_of

FILMS_A_PAGE = 24
YEAR = 365 * 24 * 3600


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
@cache_control(public=True, max_age=YEAR, immutable=True)
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw a film's poster. Its address changes with the film's title and year, so browsers may keep it."""
    film = get_object_or_404(Movie.objects.with_genres(), pk=pk)
    drawing = posters.draw(film.title, film.year, [genre.name for genre in film.genres.all()])
    return HttpResponse(drawing, content_type="image/svg+xml")


def _page(request: HttpRequest, films: MovieQuerySet) -> Page[Movie]:
    return BoundedPaginator(films, FILMS_A_PAGE).get_page(request.GET.get("page"))
