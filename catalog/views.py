"""The pages that show films: browse, search, one film, and its poster."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import posters, selectors
from catalog.filters import MovieFilter
from catalog.models import Movie, MovieQuerySet
from catalog.search import LONGEST_QUERY
from catalog.search import search as search_titles

FILMS_A_PAGE = 24
YEAR = 365 * 24 * 3600


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show films by genre, year and tag, in an order of the reader's choice."""
    order = request.GET.get("order", "")
    order = order if order in selectors.ORDERS else "known"
    films = MovieFilter(request.GET, Movie.objects.all())
    page = _page(request, films.qs.order_by(*selectors.ORDERS[order].columns))
    context = {
        "page": page,
        "filter": films,
        "orders": selectors.ORDERS,
        "order": order,
        "genres": selectors.genres(),
        "genre": slugify(request.GET.get("genre", "")),
        "without": [] if page.object_list else _without_one(request),
    }
    return render(request, "catalog/browse.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the films whose title matches, best match first, and the tag of that name."""
    q = request.GET.get("q", "").strip()
    films = search_titles(Movie.objects.all(), q) if q else Movie.objects.none()
    too_long = len(q) > LONGEST_QUERY
    tag = selectors.tag_called(q) if q and not too_long else None
    context = {"q": q, "page": _page(request, films), "tag": tag, "too_long": too_long}
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
    return Paginator(films, FILMS_A_PAGE).get_page(request.GET.get("page"))


def _without_one(request: HttpRequest) -> list[dict[str, Any]]:
    """Return, for each filter in use, how many films there are without it, and the rest of the query."""
    used = [name for name in MovieFilter.base_filters if request.GET.get(name)]
    choices = []
    for name in used:
        query = request.GET.copy()
        query.pop("page", None)
        words = query.pop(name)[-1]
        count = MovieFilter(query, Movie.objects.all()).qs.count()
        choices.append({"name": name, "words": words, "query": query.urlencode(), "count": count})
    return choices
