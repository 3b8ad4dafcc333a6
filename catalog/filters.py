"""The filters that the pages and the API share: `q`, `genre`, `year_from`, `year_to` and `tag` in the address."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.text import slugify
from django_filters import CharFilter, FilterSet, NumberFilter

from catalog.models import MovieQuerySet, Tagging
from catalog.search import search

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200


class YearFilter(NumberFilter):  # type: ignore[misc]  # django-filter ships no types
    """A whole year; anything else is said to be wrong beside the field."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="year", min_value=EARLIEST_YEAR, max_value=LATEST_YEAR, **kwargs)


class MovieFilter(FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Keeps the films that fit all of what was asked; with `q`, best match first."""

    q = CharFilter(method="matching", label="Title")
    genre = CharFilter(method="of_genre", label="Genre", help_text="Its name or slug: Sci-Fi or sci-fi.")
    year_from = YearFilter(lookup_expr="gte", label="From year")
    year_to = YearFilter(lookup_expr="lte", label="To year")
    tag = CharFilter(method="tagged", label="Tag", help_text="A word that somebody put on the film.")

    def matching(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films whose title matches."""
        return search(queryset, value)

    def of_genre(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films of a genre; of an unknown genre there are none."""
        return queryset.filter(genres__slug=slugify(value))

    def tagged(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films on which somebody put the tag, in whatever case."""
        return queryset.filter(Exists(Tagging.objects.filter(movie=OuterRef("pk"), tag__folded=value.casefold())))
