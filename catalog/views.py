"""The pages that show films: browse, search, one film, and its poster."""

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog import posters, selectors
from catalog.filters import BrowseFilter
from catalog.models import Movie, MovieQuerySet
from catalog.paging import BoundedPaginator
from catalog.search import LONGEST_QUERY, MOST_FOUND, find, in_order_of

FILMS_A_PAGE = 24
GENRE_FILTERS = ["genre", "genre_all", "genre_not"]
MORE_FILTERS = [*GENRE_FILTERS, "ratings_from", "ratings_to", "rated"]
MOST_CHOICES = 8
YEAR = 365 * 24 * 3600


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show films by genre, year, popularity and tag, in an order of the reader's choice."""
    order = request.GET.get("order", "")
    order = order if order in selectors.ORDERS else "known"
    films = BrowseFilter(request.GET, Movie.objects.all(), request=request)
    page = _page(request, films.qs.order_by(*selectors.ORDERS[order].columns))
    genres, chosen = selectors.genres(), _chosen_genres(request)
    context = {
        "page": page,
        "filter": films,
        "orders": selectors.ORDERS,
        "order": order,
        "genres": genres,
        "genre": chosen["genre"][0] if len(chosen["genre"]) == 1 else "",
        "genre_groups": [(name, films.form.fields[name].label, slugs) for name, slugs in chosen.items()],
        "more": any(request.GET.get(name) for name in MORE_FILTERS),
        "without": [] if page.object_list else _without_one(request),
    }
    return render(request, "catalog/browse.html", context)


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


def _chosen_genres(request: HttpRequest) -> dict[str, list[str]]:
    """Return {filter: the slugs of the genres that it asks for}."""
    return {name: [slugify(given) for given in request.GET.getlist(name)] for name in GENRE_FILTERS}


def _without_one(request: HttpRequest) -> list[dict[str, Any]]:
    """Return, for each filter in use, how many films there are without it, and the rest of the query."""
    used = [(name, words) for name in BrowseFilter.base_filters for words in request.GET.getlist(name) if words]
    choices = []
    for name, words in used[:MOST_CHOICES]:
        query = request.GET.copy()
        query.pop("page", None)
        query.setlist(name, [other for other in query.getlist(name) if other != words])
        films = BrowseFilter(query, Movie.objects.all(), request=request).qs
        pages = BoundedPaginator(films, FILMS_A_PAGE)
        choices.append({"name": name, "words": words, "query": query.urlencode(), "pages": pages})
    return choices
