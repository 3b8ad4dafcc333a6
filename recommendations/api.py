"""Recommendations, similar films, and how the site's models are doing, through the API.

A view's docstring is what the OpenAPI document says about it: the first line as its summary.
"""

import logging
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors
from accounts.models import User
from accounts.personal import personal
from catalog.models import Genre, Movie, Rater
from recommendations import serving
from recommendations.algorithms.registry import UnknownRecommender
from recommendations.models import LiveRun, TrainingRun, TrainingStep
from recommendations.serializers import (
    HealthSerializer,
    MetricsSerializer,
    RecommendationsQuery,
    RecommendationsSerializer,
    SimilarMoviesSerializer,
    SimilarQuery,
)
from recommendations.store import SOUGHT, StoreUnavailable, answers, question

logger = logging.getLogger(__name__)


@personal
class MyRecommendations(APIView):
    """The list of whoever is signed in."""

    @extend_schema(
        operation_id="recommendations_list", parameters=[RecommendationsQuery], responses=RecommendationsSerializer
    )
    def get(self, request: Request) -> HttpResponse:
        """My recommendations.

        Films for the person who is signed in, best first, without what they rated or hid, made from their ratings as
        they are at this moment.
        """
        return _recommendations(request, cast("User", request.user).rater)


@personal
class UserRecommendations(APIView):
    """Somebody's list."""

    @extend_schema(
        operation_id="users_recommendations_list",
        parameters=[RecommendationsQuery],
        responses=RecommendationsSerializer,
    )
    def get(self, request: Request, public_id: int) -> HttpResponse:
        """A person's recommendations.

        The same list as that person gets: one's own, or for staff anybody's.
        """
        rater = get_object_or_404(selectors.visible_raters(cast("User", request.user)), public_id=public_id)
        return _recommendations(request, rater)


class SimilarMovies(APIView):
    """Films like another."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="movies_similar_list", parameters=[SimilarQuery], responses=SimilarMoviesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Similar films.

        Films that the same people like, most similar first. Until a model knows the film, those with the same genres.
        """
        asked = SimilarQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        films = serving.similar(get_object_or_404(Movie, pk=pk), n=asked.validated_data["n"])
        return Response(SimilarMoviesSerializer(_one_page(films)).data)


class Health(APIView):
    """Whether there is anything to serve."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=HealthSerializer)
    def get(self, request: Request) -> Response:
        """Health.

        `starting` until a training run is live, then `ok`.
        """
        run, since = _live()
        state = {
            "status": "ok" if run.pk else "starting",
            "run": run.pk,
            "recommender": run.default_recommender or None,
            "live_since": since,
            "films": run.data["films"] if run.pk else Movie.objects.count(),
            "people": run.data.get("people"),
        }
        return Response(HealthSerializer(state).data)


class Metrics(APIView):
    """How good the live models are."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=MetricsSerializer)
    def get(self, request: Request) -> Response:
        """How good the models are.

        How the live run did on people it was not fitted on, and what it took to train it.
        """
        return Response(MetricsSerializer(_metrics()).data)


def _recommendations(request: Request, rater: Rater) -> HttpResponse:
    """Answer from what was answered a moment ago, if run, taste and question are still the same."""
    asked = RecommendationsQuery(data=request.query_params)
    asked.is_valid(raise_exception=True)
    kept = None if hasattr(request, SOUGHT) else _kept(request, rater)
    if kept is not None:
        return HttpResponse(kept, content_type="application/json")
    found = _recommended(rater, **asked.validated_data)
    page = _one_page(found.films) | {
        "run": found.run,
        "recommender": found.recommender,
        "source": found.source,
        "taste_version": found.taste_version,
    }
    answer = JSONRenderer().render(RecommendationsSerializer(page, context={"run": found.run}).data)
    if found.run is not None:
        _keep(request, rater, found.run, answer)
    return HttpResponse(answer, content_type="application/json")


def _kept(request: Request, rater: Rater) -> bytes | None:
    run = LiveRun.objects.values_list("run_id", flat=True).first()
    try:
        return answers(settings.REDIS_URL).get(rater.public_id, _asked(request, rater, run))
    except StoreUnavailable:
        logger.warning("A recent answer could not be read")
        return None


def _keep(request: Request, rater: Rater, run: int, answer: bytes) -> None:
    try:
        answers(settings.REDIS_URL).put(rater.public_id, _asked(request, rater, run), answer)
    except StoreUnavailable:
        logger.warning("An answer could not be kept")


def _asked(request: Request, rater: Rater, run: int | None) -> str:
    return question(run, rater.taste_version, request.META.get("QUERY_STRING", ""))


def _recommended(
    rater: Rater, n: int, genre: str | None = None, recommender: str | None = None
) -> serving.Recommendations:
    try:
        return serving.recommend(rater, n=n, genre=genre and _genre_name(genre), recommender=recommender)
    except UnknownRecommender as unknown:
        raise ValidationError({"recommender": [str(unknown)]}) from unknown


def _genre_name(given: str) -> str:
    """Return the name of the genre whose name or slug was given; what is unknown stays as it is."""
    return Genre.objects.filter(slug=slugify(given)).values_list("name", flat=True).first() or given


def _one_page(films: Any) -> dict[str, Any]:
    return {"count": len(films), "next": None, "previous": None, "results": films}


def _live() -> tuple[TrainingRun, datetime | None]:
    """Return the run that is live and since when; before the first one, a run without a number."""
    live = LiveRun.objects.select_related("run").first()
    return (live.run, live.since) if live else (TrainingRun(), None)


def _metrics() -> dict[str, Any]:
    run, since = _live()
    return {
        "run": run.pk,
        "recommender": run.default_recommender or None,
        "live_since": since,
        "trained_at": run.finished_at,
        "seconds": None if run.duration is None else run.duration.total_seconds(),
        "data": run.data,
        "people": run.metrics.get("people", 0),
        "recommenders": run.metrics.get("recommenders", {}),
        "stars": run.metrics.get("stars", {}),
        "intervals": run.metrics.get("intervals", {}),
        "steps": TrainingStep.objects.filter(run=run.pk),
    }
