"""People through the API: tokens, oneself, one's ratings; and for staff, everybody's.

A view's docstring is what the OpenAPI document says about it: the first line as its summary.
"""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import FilterSet, NumberFilter
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from knox.models import AuthToken
from rest_framework import exceptions, generics, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts import selectors, services
from accounts.models import User
from accounts.personal import personal
from accounts.serializers import (
    MeSerializer,
    RatingInput,
    RatingSerializer,
    SignInInput,
    StarsInput,
    TokenSerializer,
    UserSerializer,
)
from catalog.models import Rater, Rating

ERROR = {"$ref": "#/components/schemas/Error"}
SIGN_IN = OpenApiExample("By name", {"username": "ada", "password": "a long sentence"}, request_only=True)
RATE = OpenApiExample("4½ stars for film 858", {"movie": 858, "stars": 4.5}, request_only=True)


class WrongCredentials(exceptions.APIException):
    """Says the same whether the name or the password is wrong."""

    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "wrong_credentials"
    default_detail = "The name or the password is not right."


@personal
class Token(APIView):
    """Sign-in and sign-out for programs."""

    permission_classes = (IsAuthenticated,)
    throttle_scope = "sign-in"

    def get_authenticators(self) -> list[Any]:
        """Ask nobody who signs in for a token, not even one that has expired."""
        return [] if self._is_sign_in() else super().get_authenticators()

    def get_permissions(self) -> Any:
        """Let everybody sign in."""
        return [AllowAny()] if self._is_sign_in() else super().get_permissions()

    def get_throttles(self) -> list[Any]:
        """Limit how often one address may try."""
        return [ScopedRateThrottle()] if self._is_sign_in() else []

    def _is_sign_in(self) -> bool:
        return bool(self.request) and self.request.method == "POST"

    @extend_schema(
        request=SignInInput,
        responses={
            200: TokenSerializer,
            401: OpenApiResponse(ERROR, "The name or the password is not right; nothing tells which."),
            429: OpenApiResponse(ERROR, "Too many tries; `Retry-After` says how many seconds to wait."),
        },
        examples=[SIGN_IN],
    )
    def post(self, request: Request) -> Response:
        """Sign in.

        Gives a token for a name or e-mail address and its password. The token is shown this once.
        """
        given = SignInInput(data=request.data)
        given.is_valid(raise_exception=True)
        token, secret = AuthToken.objects.create(user=_signed_in(request, **given.validated_data))
        return Response(TokenSerializer({"token": secret, "expiry": token.expiry}).data)

    @extend_schema(
        request=None,
        responses={204: None, 400: OpenApiResponse(ERROR, "The request was sent with a session, not with a token.")},
    )
    def delete(self, request: Request) -> Response:
        """Sign out.

        Revokes the token that the request is sent with.
        """
        if not isinstance(request.auth, AuthToken):
            raise exceptions.ParseError("Send the token that should be revoked: Authorization: Bearer ….")
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


@personal
class Me(generics.RetrieveAPIView[User]):
    """Oneself.

    The account that is signed in. `id` is the only id of a person that the API knows.
    """

    serializer_class = MeSerializer

    def get_object(self) -> User:
        """Return it."""
        return _user(self.request)


@personal
class MyRatings(generics.ListAPIView[Rating]):
    """My ratings, newest first."""

    serializer_class = RatingSerializer
    queryset = Rating.objects.none()  # what the OpenAPI document reads the model from

    def get_queryset(self) -> QuerySet[Rating]:
        """Return them."""
        return _ratings_of(_user(self.request).rater)

    @extend_schema(
        request=RatingInput,
        responses={
            201: RatingSerializer,
            200: OpenApiResponse(RatingSerializer, "The film had been rated; it has the new stars now."),
        },
        examples=[RATE],
    )
    def post(self, request: Request) -> Response:
        """Rate a film.

        Rating it again changes the stars.
        """
        given = RatingInput(data=request.data)
        given.is_valid(raise_exception=True)
        rating, created = services.rate(rater=_user(request).rater, at=timezone.now(), **given.validated_data)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(RatingSerializer(rating).data, status=code)


@personal
class MyRating(APIView):
    """The own rating of one film."""

    @extend_schema(responses=RatingSerializer)
    def get(self, request: Request, movie_id: int) -> Response:
        """My rating of a film."""
        return Response(RatingSerializer(_my_rating(request, movie_id)).data)

    @extend_schema(request=StarsInput, responses=RatingSerializer)
    def put(self, request: Request, movie_id: int) -> Response:
        """Change my rating of a film.

        There must be one; POST to the list gives a new one.
        """
        return _changed(request, movie_id)

    @extend_schema(request=StarsInput, responses=RatingSerializer)
    def patch(self, request: Request, movie_id: int) -> Response:
        """Change my rating of a film.

        The same as PUT: a rating has nothing else that could be changed.
        """
        return _changed(request, movie_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, movie_id: int) -> Response:
        """Take my rating of a film back.

        The film counts as not rated, and may be recommended again.
        """
        services.unrate(rater=_user(request).rater, movie=_my_rating(request, movie_id).movie)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RaterFilter(FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Finds people of the imported release by the number they have in it."""

    number = NumberFilter(help_text="The person's id in the imported release.")
    number.field_class = forms.IntegerField

    class Meta:
        model = Rater
        fields: list[str] = []


class _VisibleRaters(generics.GenericAPIView[Rater]):
    lookup_field = "public_id"
    serializer_class = UserSerializer
    queryset = Rater.objects.none()  # what the OpenAPI document reads the model from

    def get_queryset(self) -> QuerySet[Rater]:
        """Return the people whom the request may see."""
        return selectors.with_rating_count(selectors.visible_raters(_user(self.request)))


@personal
class UserList(_VisibleRaters, generics.ListAPIView[Rater]):
    """People.

    Staff get everybody who rates, with an account or from the imported release; others get themselves.
    """

    filterset_class = RaterFilter


@personal
class UserDetail(_VisibleRaters, generics.RetrieveAPIView[Rater]):
    """A person.

    Oneself, or for staff anybody. Other people's ids answer as if they did not exist.
    """


@personal
class UserRatings(generics.ListAPIView[Rating]):
    """A person's ratings, newest first.

    One's own, or for staff anybody's.
    """

    serializer_class = RatingSerializer
    queryset = Rating.objects.none()  # what the OpenAPI document reads the model from

    def get_queryset(self) -> QuerySet[Rating]:
        """Return them. Raises Http404 for whom the request may not see."""
        raters = selectors.visible_raters(_user(self.request))
        return _ratings_of(get_object_or_404(raters, public_id=self.kwargs["public_id"]))


def _signed_in(request: Request, username: str, password: str) -> User:
    """Return the account, within the limits that the sign-in page has too. Raises WrongCredentials or Throttled."""
    try:
        user = get_adapter().authenticate(request._request, username=username, password=password)
    except ValidationError as too_many:
        raise exceptions.Throttled(wait=300) from too_many
    if user is None or not user.is_active:
        raise WrongCredentials
    return cast("User", user)


def _user(request: Request) -> User:
    """Return who is signed in; permissions have seen to it that somebody is."""
    return cast("User", request.user)


def _ratings_of(rater: Rater) -> QuerySet[Rating]:
    return selectors.ratings_of(rater).prefetch_related("movie__genres")


def _my_rating(request: Request, movie_id: int) -> Rating:
    # A key that no database can hold is nobody's; asked for by `movie` it would be an error.
    return get_object_or_404(_ratings_of(_user(request).rater), movie__pk=movie_id)


def _changed(request: Request, movie_id: int) -> Response:
    movie = _my_rating(request, movie_id).movie
    given = StarsInput(data=request.data)
    given.is_valid(raise_exception=True)
    rating, _ = services.rate(rater=_user(request).rater, movie=movie, at=timezone.now(), **given.validated_data)
    return Response(RatingSerializer(rating).data)
