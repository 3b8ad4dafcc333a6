"""Films through the API. Everybody may read them; nobody needs to sign in.

A view's docstring is what the OpenAPI document says about it: the first line as its summary.
"""

from django.db.models import QuerySet
from django_filters import ChoiceFilter
from rest_framework import generics
from rest_framework.permissions import AllowAny

from catalog.filters import MovieFilter
from catalog.models import Movie, MovieQuerySet
from catalog.selectors import ORDERS
from catalog.serializers import MovieDetailSerializer, MovieSerializer


class MovieListFilter(MovieFilter):
    """The site's filters, with the order that a program may ask for."""

    ordering = ChoiceFilter(
        method="in_order",
        choices=[(key, order.name) for key, order in ORDERS.items()],
        help_text="Without it: best match first when there is a `q`, best known first otherwise.",
    )

    def in_order(self, queryset: MovieQuerySet, name: str, value: str) -> MovieQuerySet:
        """Put the films in order; every order ends in the film's id."""
        return queryset.order_by(*ORDERS[value].columns)


class _Movies(generics.GenericAPIView[Movie]):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    queryset: QuerySet[Movie] = Movie.objects.best_known().with_genres()


class MovieList(_Movies, generics.ListAPIView[Movie]):
    """Films.

    All of them, or those that fit the filters. `q` finds titles in any form. Of an unknown genre there are none.
    """

    serializer_class = MovieSerializer
    filterset_class = MovieListFilter


class MovieDetail(_Movies, generics.RetrieveAPIView[Movie]):
    """A film.

    All that is known of it, with the tags that people put on it most.
    """

    serializer_class = MovieDetailSerializer
