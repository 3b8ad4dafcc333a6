"""The page of all films, narrowed down by what they are, what its reader did, and what is foreseen of them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from django_filters import NumberFilter

from accounts.filters import ReaderFilter
from accounts.guests import rater_of
from catalog import paging, selectors
from catalog.models import Movie, MovieQuerySet, Rater
from catalog.paging import BoundedPaginator, KeyPaginator
from catalog.selectors import ORDERS
from recommendations import serving

FILMS_A_PAGE = 24
KNOWN, FORESEEN, MATCHING = "known", "foreseen", "matching"
GENRE_FILTERS = ("genre", "genre_all", "genre_not")
ALWAYS_SEEN = {"year_from", "year_to"}
MOST_CHOICES = 8


class StarsFilter(NumberFilter):  # type: ignore[misc]  # django-filter ships no types
    """A number of stars; anything else is said to be wrong beside the field."""

    field_class = forms.FloatField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0.5, max_value=5, **kwargs)


class BrowseFilter(ReaderFilter):
    """All that can be asked of films on the page."""

    stars_from = StarsFilter(method="foreseen_from", label="Predicted, at least")

    def foreseen_from(self, queryset: MovieQuerySet, name: str, value: float) -> MovieQuerySet:
        """Leave the films as they are: predictions are no column, so `Search` asks for them when all else is done."""
        return queryset


@dataclass(frozen=True)
class Search:
    """What is asked of the films.

    Attributes:
        query: as it stands in the address.
        order: one of ORDERS, FORESEEN, or MATCHING where a title is asked for.
        reader: whose predictions count; None where nothing can be foreseen.
        request: whose reader the filters know.
    """

    query: QueryDict
    order: str
    reader: Rater | None
    request: HttpRequest

    @cached_property
    def filter(self) -> BrowseFilter:
        """The filters, with what is wrong about them."""
        return BrowseFilter(self.query, Movie.objects.all(), request=self.request)

    @property
    def asks_for_a_title(self) -> bool:
        """Whether films are looked for by their title, so that some match better than others."""
        return bool(self.query.get("q", "").strip())

    @property
    def foresees(self) -> bool:
        """Whether the films depend on predictions."""
        return self.reader is not None and (self.order == FORESEEN or self._least is not None)

    @cached_property
    def pages(self) -> BoundedPaginator:
        """The films that fit, in order.

        Predictions are asked of no more films than a list may be long: the first ones that fit everything else.
        """
        films = self.filter.qs
        if self.order != MATCHING:
            films = films.order_by(*ORDERS[KNOWN if self.order == FORESEEN else self.order].columns)
        if self.reader is None or not self.foresees:
            return BoundedPaginator(films, FILMS_A_PAGE)
        keys = list(films.values_list("pk", flat=True)[: paging.COUNTED])
        stars = serving.foreseen(self.reader, keys)
        places = np.argsort(-stars, kind="stable") if self.order == FORESEEN else np.arange(len(keys))
        if self._least is not None:
            # As they are shown: with one decimal.
            places = places[np.round(stars[places].astype(np.float64), 1) >= self._least]
        return KeyPaginator([keys[place] for place in places.tolist()], FILMS_A_PAGE)

    @cached_property
    def used(self) -> list["Used"]:
        """Each filter in use, with what would be left of the search without it."""
        given = [(name, words) for name in BrowseFilter.base_filters for words in self.query.getlist(name) if words]
        return [Used(name, words, self._without(name, words)) for name, words in given]

    @property
    def address(self) -> str:
        """The query without what says nothing."""
        query = self.query.copy()
        query.pop("page", None)
        for name, values in list(query.lists()):
            query.setlist(name, [value for value in values if value])
        return query.urlencode()

    @property
    def _least(self) -> float | None:
        least: float | None = self.filter.form.cleaned_data.get("stars_from") if self.filter.form.is_valid() else None
        return least

    def _without(self, name: str, words: str) -> "Search":
        query = self.query.copy()
        query.pop("page", None)
        query.setlist(name, [other for other in query.getlist(name) if other != words])
        return Search(query, self.order, self.reader, self.request)


@dataclass(frozen=True)
class Used:
    """A filter that somebody asked for: its name, its value, and the search without it."""

    name: str
    words: str
    without: Search


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show films by genre, year, popularity, tag, predicted stars and what the reader did, in an order of choice."""
    search = _search(request)
    page = search.pages.get_page(request.GET.get("page"))
    genres = list(selectors.genres())
    chosen = {name: [slugify(given) for given in request.GET.getlist(name)] for name in GENRE_FILTERS}
    orders = {MATCHING: "best match"} if search.asks_for_a_title else {}
    orders |= {key: order.name for key, order in ORDERS.items()}
    context = {
        "page": page,
        "search": search,
        "filter": search.filter,
        "orders": orders | ({FORESEEN: "predicted stars"} if search.reader else {}),
        "order": search.order,
        "genres": genres,
        "genre_names": {genre.slug: genre.name for genre in genres},
        "genre": chosen["genre"][0] if len(chosen["genre"]) == 1 else "",
        "genre_groups": [(name, search.filter.form.fields[name].label, slugs) for name, slugs in chosen.items()],
        "more": bool(set(search.filter.form.errors) - ALWAYS_SEEN),
        "looked_through": paging.COUNTED if search.foresees else None,
        "without": [] if page.object_list else search.used[:MOST_CHOICES],
    }
    return render(request, "catalog/browse.html", context)


def _search(request: HttpRequest) -> Search:
    rater = rater_of(request)
    reader = rater if rater is not None and serving.has_rated_known_films(rater) else None
    order = request.GET.get("order", "")
    search = Search(request.GET, order, reader, request)
    if order in ORDERS or (order == FORESEEN and reader):
        return search
    return replace(search, order=MATCHING if search.asks_for_a_title else KNOWN)
