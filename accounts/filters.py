"""The filters of the page of films that depend on who reads it: rated, on the watchlist, not wanted."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django_filters import ChoiceFilter

from accounts.guests import rater_of
from accounts.models import HiddenMovie, WatchlistEntry
from catalog.filters import MovieFilter
from catalog.models import MovieQuerySet, Rating

ALL = "all films"
RATED = {"yes": "that I have rated", "no": "that I have not rated"}
WATCHED = {"yes": "that are on it", "no": "that are not"}
HIDDEN = {"no": "leave them out"}


class ReaderFilter(MovieFilter):
    """What can be asked of films and of what the reader did about them; to who did nothing it makes no difference."""

    rated = ChoiceFilter(method="by_reader", choices=list(RATED.items()), empty_label=ALL, label="Mine")
    watchlist = ChoiceFilter(method="by_reader", choices=list(WATCHED.items()), empty_label=ALL, label="My watchlist")
    hidden = ChoiceFilter(method="by_reader", choices=list(HIDDEN.items()), empty_label=ALL, label="Not interested")

    def by_reader(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films about which the reader has done something, or has not."""
        rater = rater_of(self.request)
        if rater is None:
            return queryset
        tables: dict[str, Any] = {"rated": Rating, "watchlist": WatchlistEntry, "hidden": HiddenMovie}
        own: QuerySet[Any] = tables[name].objects.filter(rater=rater).order_by()
        if value == "yes":
            return queryset.filter(pk__in=own.values("movie"))
        return queryset.exclude(Exists(own.filter(movie=OuterRef("pk"))))
