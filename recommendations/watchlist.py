"""The watchlist, with what its reader will probably like best of it first."""

from typing import Any

import numpy as np
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guests import rater_of
from accounts.models import WatchlistEntry
from catalog.models import Genre, Rater
from catalog.paging import KeyPaginator
from recommendations import serving

A_PAGE = 24
BEST = "best"
WAYS = {BEST: "predicted stars", "added": "when you added it", "title": "title", "year": "year"}
_NEWEST = ("-added_at", "-id")
_COLUMNS: dict[str, tuple[Any, ...]] = {
    BEST: _NEWEST,
    "added": _NEWEST,
    "title": (Lower("movie__listed_title"), "movie_id"),
    "year": (F("movie__year").desc(nulls_last=True), "-movie__rating_count", "movie_id"),
}


@require_safe
def watchlist(request: HttpRequest) -> HttpResponse:
    """Show what the reader wants to see, in an order of their choice, all genres or one."""
    rater = rater_of(request)
    order = request.GET.get("order", "")
    order = order if order in WAYS else BEST
    genres = list(_genres(rater)) if rater else []
    genre = next((each for each in genres if each.slug == request.GET.get("genre")), None)
    page = KeyPaginator(_in_order(rater, order, genre) if rater else [], A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "orders": WAYS,
        "order": order,
        "genres": genres,
        "genre": genre.slug if genre else "",
        "foreseen": rater is not None and serving.has_rated_known_films(rater),
    }
    return render(request, "recommendations/watchlist.html", context)


def _genres(rater: Rater) -> QuerySet[Genre]:
    """Return the genres of what is on a watchlist, by name."""
    watched = WatchlistEntry.objects.filter(rater=rater, movie__genres=OuterRef("pk"))
    return Genre.objects.filter(Exists(watched)).order_by("name")


def _in_order(rater: Rater, order: str, genre: Genre | None) -> list[int]:
    """Return the keys of what is on a watchlist, which is bounded.

    Best first, what nothing is foreseen of comes after the others, and what has been rated since after these.
    """
    entries = WatchlistEntry.objects.filter(rater=rater).order_by(*_COLUMNS[order])
    if genre is not None:
        entries = entries.filter(movie__genres=genre)
    keys = list(entries.values_list("movie_id", flat=True))
    if order != BEST:
        return keys
    rated = np.isin(keys, list(rater.ratings.filter(movie__in=keys).values_list("movie_id", flat=True)))
    best_first = np.lexsort((-serving.foreseen(rater, keys), rated))
    return [keys[place] for place in best_first.tolist()]
