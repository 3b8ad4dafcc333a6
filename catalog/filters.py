"""The filters that the pages and the API share, all in the address: `q`, genres, years, number of ratings, tag."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Exists, F, Lookup, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.text import slugify
from django_filters import CharFilter, Filter, FilterSet, NumberFilter
from drf_spectacular.utils import extend_schema_field

from catalog import paging
from catalog.models import Genre, Movie, MovieQuerySet, Tagging
from catalog.search import search

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
MOST_RATINGS = 2**31 - 1


class YearFilter(NumberFilter):  # type: ignore[misc]  # django-filter ships no types
    """A whole year; anything else is said to be wrong beside the field."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(method="of_years", min_value=EARLIEST_YEAR, max_value=LATEST_YEAR, **kwargs)


class RatingCountFilter(NumberFilter):  # type: ignore[misc]  # django-filter ships no types
    """How many people rated a film; anything but a whole number is said to be wrong beside the field."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(method="rated_so_often", min_value=0, max_value=MOST_RATINGS, **kwargs)


class SlugsField(forms.Field):
    """Names or slugs, as many as the address has."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """Return the slugs, each once. Raises ValidationError for what no name can hold."""
        given = [value] if isinstance(value, str) else list(value or ())
        for name in given:
            ProhibitNullCharactersValidator()(name)
        return list(dict.fromkeys(slugify(name) for name in given if name))


class GenresFilter(Filter):  # type: ignore[misc]  # django-filter ships no types
    """Genres by name or slug, given again for each."""

    field_class = SlugsField


class MovieFilter(FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Keeps the films that fit all of what was asked; with `q`, best match first."""

    q = CharFilter(method="matching", label="Title")
    genre = GenresFilter(
        method="of_any_genre", label="Any of these genres", help_text="Name or slug: Sci-Fi or sci-fi; more are or."
    )
    genre_all = GenresFilter(method="of_all_genres", label="All of these genres", help_text="Every one of them.")
    genre_not = GenresFilter(method="of_no_genre", label="None of these genres", help_text="Not one of them.")
    year_from = YearFilter(label="From year")
    year_to = YearFilter(label="To year")
    ratings_from = RatingCountFilter(label="Rated at least", help_text="By so many people.")
    ratings_to = RatingCountFilter(label="Rated at most", help_text="By so many people.")
    tag = CharFilter(method="tagged", label="Tag", help_text="A word that somebody put on the film.")

    def matching(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films whose title matches."""
        return search(queryset, value)

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def of_any_genre(self, queryset: MovieQuerySet, name: str, value: list[str]) -> MovieQuerySet:
        """Keep the films of any of these genres; of unknown ones there are none."""
        return _narrowed(queryset, _of_any(_known(value)))

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def of_all_genres(self, queryset: MovieQuerySet, name: str, value: list[str]) -> MovieQuerySet:
        """Keep the films of all of these genres; of an unknown one there are none."""
        known = _known(value)
        if len(known) < len(value):
            return queryset.none()
        for genre in known:
            queryset = _narrowed(queryset, _of_any([genre]))
        return queryset

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def of_no_genre(self, queryset: MovieQuerySet, name: str, value: list[str]) -> MovieQuerySet:
        """Leave out the films of any of these genres."""
        return queryset.exclude(_of_any(_known(value)).each)

    def of_years(self, queryset: MovieQuerySet, name: str, value: int) -> MovieQuerySet:
        """Keep the films of a range of years."""
        return self._within(queryset, "year", name)

    def rated_so_often(self, queryset: MovieQuerySet, name: str, value: int) -> MovieQuerySet:
        """Keep the films that so many people rated."""
        return self._within(queryset, "rating_count", name)

    def _within(self, queryset: MovieQuerySet, column: str, name: str) -> MovieQuerySet:
        """Keep the films whose column lies between the two ends that were asked for; only the first one asked acts."""
        about = name.rpartition("_")[0]
        ends = {end: self.form.cleaned_data.get(f"{about}_{way}") for way, end in (("from", "gte"), ("to", "lte"))}
        ends = {end: value for end, value in ends.items() if value is not None}
        if name == f"{about}_to" and "gte" in ends:
            return queryset
        return _narrowed(queryset, _with_column(column, ends))

    def tagged(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films on which somebody put the tag, in whatever case."""
        return queryset.filter(pk__in=Tagging.objects.filter(tag__folded=value.casefold()).values("movie"))


def _known(slugs: Iterable[str]) -> list[int]:
    """Return the keys of the genres that there are."""
    return list(Genre.objects.filter(slug__in=list(slugs)).values_list("pk", flat=True))


class _Narrowing(NamedTuple):
    """The same films in two ways.

    Attributes:
        keys: of the films, found by an index: what it costs grows with how many there are.
        each: a condition that no index serves: what it costs grows with how many films are passed over for a page.
    """

    keys: QuerySet[Any, Any]
    each: Any


def _narrowed(queryset: MovieQuerySet, narrowing: _Narrowing) -> MovieQuerySet:
    """Keep the films of a narrowing: few ones are taken together, of many ones some are soon met in any order.

    So neither a rare genre nor a wide range of years has more of the catalogue read than a list may be long.
    """
    if narrowing.keys[: paging.COUNTED + 1].count() > paging.COUNTED:
        return queryset.filter(narrowing.each)
    return queryset.filter(pk__in=narrowing.keys)


def _of_any(genres: Iterable[int]) -> _Narrowing:
    """Return the films that have one of the genres."""
    links = Movie.genres.through.objects.filter(genre__in=list(genres)).order_by()
    return _Narrowing(links.values("movie"), Q(Exists(links.filter(movie=OuterRef("pk")))))


def _with_column(column: str, ends: Mapping[str, int]) -> _Narrowing:
    """Return the films whose column is between two ends, {"gte": lowest, "lte": highest}, or beyond one of them."""
    indexed = {f"{column}__{end}": value for end, value in ends.items()}
    ways: dict[str, type[Lookup[Any]]] = {"gte": GreaterThanOrEqual, "lte": LessThanOrEqual}
    # What is added to the column hides it from indexes, so that films are read in the order in which they are shown.
    each = [Q(ways[end](F(column) + 0, value)) for end, value in ends.items()]
    return _Narrowing(Movie.objects.filter(**indexed).order_by().values("pk"), reduce(and_, each))
