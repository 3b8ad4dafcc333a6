"""The filters that the pages and the API share, all in the address: `q`, genres, years, number of ratings, tag."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Exists, OuterRef, Q
from django.utils.text import slugify
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet, NumberFilter
from drf_spectacular.utils import extend_schema_field

from catalog.models import Genre, Movie, MovieQuerySet, Rating, Tagging
from catalog.search import search

EARLIEST_YEAR, LATEST_YEAR = 1800, 2200
MOST_RATINGS = 2**31 - 1
RATED = {"yes": "only what I have rated", "no": "only what I have not rated"}


class YearFilter(NumberFilter):  # type: ignore[misc]  # django-filter ships no types
    """A whole year; anything else is said to be wrong beside the field."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="year", min_value=EARLIEST_YEAR, max_value=LATEST_YEAR, **kwargs)


class RatingCountFilter(NumberFilter):  # type: ignore[misc]  # django-filter ships no types
    """How many people rated a film; anything but a whole number is said to be wrong beside the field."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="rating_count", min_value=0, max_value=MOST_RATINGS, **kwargs)


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
    year_from = YearFilter(lookup_expr="gte", label="From year")
    year_to = YearFilter(lookup_expr="lte", label="To year")
    ratings_from = RatingCountFilter(lookup_expr="gte", label="Rated at least", help_text="By so many people.")
    ratings_to = RatingCountFilter(lookup_expr="lte", label="Rated at most", help_text="By so many people.")
    tag = CharFilter(method="tagged", label="Tag", help_text="A word that somebody put on the film.")

    def matching(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films whose title matches."""
        return search(queryset, value)

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def of_any_genre(self, queryset: MovieQuerySet, name: str, value: list[str]) -> MovieQuerySet:
        """Keep the films of any of these genres; of unknown ones there are none."""
        return queryset.filter(_of(_known(value)))

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def of_all_genres(self, queryset: MovieQuerySet, name: str, value: list[str]) -> MovieQuerySet:
        """Keep the films of all of these genres; of an unknown one there are none."""
        known = _known(value)
        if len(known) < len(value):
            return queryset.none()
        for genre in known:
            queryset = queryset.filter(_of([genre]))
        return queryset

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def of_no_genre(self, queryset: MovieQuerySet, name: str, value: list[str]) -> MovieQuerySet:
        """Leave out the films of any of these genres."""
        return queryset.exclude(_of(_known(value)))

    def tagged(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep the films on which somebody put the tag, in whatever case."""
        return queryset.filter(pk__in=Tagging.objects.filter(tag__folded=value.casefold()).values("movie"))


class BrowseFilter(MovieFilter):
    """The filters of the page, which knows who reads it."""

    rated = ChoiceFilter(method="by_reader", choices=list(RATED.items()), label="Mine")

    def by_reader(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Keep what the reader has rated, or has not; to visitors it makes no difference."""
        if not self.request.user.is_authenticated:
            return queryset
        own = Exists(Rating.objects.filter(movie=OuterRef("pk"), rater=self.request.user.rater_id))
        return queryset.filter(own if value == "yes" else ~own)


def _known(slugs: Iterable[str]) -> list[int]:
    """Return the keys of the genres that there are."""
    return list(Genre.objects.filter(slug__in=list(slugs)).values_list("pk", flat=True))


def _of(genres: Iterable[int]) -> Q:
    """Return the condition that a film has one of the genres: asked film by film, best known first, for a page."""
    return Q(Exists(Movie.genres.through.objects.filter(movie=OuterRef("pk"), genre__in=list(genres))))
