"""Films through the API. Everybody may read them; nobody needs to sign in.

A view's docstring is what the OpenAPI document says about it: the first line as its summary.
"""

from django.db.models import QuerySet
from django.forms import IntegerField
from django_filters import ChoiceFilter, NumberFilter
from rest_framework import generics
from rest_framework.permissions import AllowAny

from catalog.filters import MovieFilter
from catalog.models import Movie, MovieQuerySet
from catalog.selectors import ORDERS
from catalog.serializers import MovieDetailSerializer, MovieSerializer


class MovieListFilter(MovieFilter):
    """The site's filters, with the order that a program may ask for."""

    after = NumberFilter(
        field_name="id",
        lookup_expr="gt",
        label="After",
        help_text="With `ordering=id`, the last id of the page before: the way through more films than pages reach.",
    )
    after.field_class = IntegerField
    ordering = ChoiceFilter(
        method="in_order",
        choices=[*((key, order.name) for key, order in ORDERS.items()), ("id", "id")],
        help_text="Without it: best match first when there is a `q`, best known first otherwise.",
    )

    def in_order(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Put the films in order; every order ends in the film's id."""
        return queryset.order_by(*(ORDERS[value].columns if value in ORDERS else ("id",)))


class _Movies(generics.GenericAPIView[Movie]):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    queryset: QuerySet[Movie] = Movie.objects.best_known().with_genres()


class MovieList(_Movies, generics.ListAPIView[Movie]):
    """Films.

    All of them, or those that fit the filters. `q` finds titles in any form, and where these are few, those that come
    close to it; of several thousand that match, the best thousand. Of an unknown genre there are none. `count` and
    pages end at ten thousand.
    """

    serializer_class = MovieSerializer
    filterset_class = MovieListFilter


class MovieDetail(_Movies, generics.RetrieveAPIView[Movie]):
    """A film.

    All that is known of it, with the tags that people put on it most.
    """

    serializer_class = MovieDetailSerializer
