"""Recommendations, similar films, and how the site's models are doing, through the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import selectors
from catalog.models import Movie, Rater
from recommendations import serving
from recommendations.models import LiveRun
from recommendations.serializers import (
    HealthSerializer,
    MetricsSerializer,
    RecommendationsQuery,
    RecommendationsSerializer,
    SimilarMoviesSerializer,
    SimilarQuery,
)

personal = method_decorator(cache_control(no_store=True), name="dispatch")


@personal
class MyRecommendations(APIView):
    """The list of whoever is signed in."""

    @extend_schema(
        operation_id="recommendations_list",
        summary="My recommendations",
        description="Films for the person who is signed in, best first, without what they rated or hid. "
        "Made from their ratings as they are at this moment.",
        tags=["recommendations"],
        parameters=[RecommendationsQuery],
        responses=RecommendationsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return them."""
        return _recommendations(request, request.user.rater)


@personal
class UserRecommendations(APIView):
    """Somebody's list."""

    @extend_schema(
        operation_id="users_recommendations_list",
        summary="A person's recommendations",
        description="The same list as that person gets: one's own, or for staff anybody's.",
        tags=["users"],
        parameters=[RecommendationsQuery],
        responses=RecommendationsSerializer,
    )
    def get(self, request: Request, public_id: int) -> Response:
        """Return them."""
        rater = get_object_or_404(selectors.visible_raters(request.user), public_id=public_id)
        return _recommendations(request, rater)


class SimilarMovies(APIView):
    """Films like another."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="movies_similar_list",
        summary="Similar films",
        description="Films that the same people like, most similar first; none until the first training run is live.",
        tags=["films"],
        parameters=[SimilarQuery],
        responses=SimilarMoviesSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return them."""
        asked = SimilarQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        films = serving.similar(get_object_or_404(Movie, pk=pk), n=asked.validated_data["n"])
        return Response(SimilarMoviesSerializer(_one_page(films)).data)


class Health(APIView):
    """Whether there is anything to serve."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="health_get",
        summary="Health",
        description="`starting` until a training run is live, then `ok`.",
        tags=["site"],
        responses=HealthSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return it."""
        live = _live()
        state = {
            "status": "ok" if live else "starting",
            "run": live and live.run_id,
            "recommender": live and live.run.default_recommender,
            "live_since": live and live.since,
            "films": Movie.objects.count(),
            "people": live and live.run.data.get("people"),
        }
        return Response(HealthSerializer(state).data)


class Metrics(APIView):
    """How good the live models are."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="metrics_get",
        summary="Metrics of the models",
        description="How the live run did on people it was not fitted on, and what it took to train it.",
        tags=["site"],
        responses=MetricsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return them."""
        return Response(MetricsSerializer(_metrics(_live())).data)


def _recommendations(request: Request, rater: Rater) -> Response:
    asked = RecommendationsQuery(data=request.query_params)
    asked.is_valid(raise_exception=True)
    found = serving.recommend(rater, **asked.validated_data)
    page = _one_page(found.films) | {
        "run": found.run,
        "recommender": found.recommender,
        "source": found.source,
        "taste_version": found.taste_version,
    }
    return Response(RecommendationsSerializer(page, context={"run": found.run}).data)


def _one_page(films: Any) -> dict[str, Any]:
    return {"count": len(films), "next": None, "previous": None, "results": films}


def _live() -> LiveRun | None:
    return LiveRun.objects.select_related("run").first()


def _metrics(live: LiveRun | None) -> dict[str, Any]:
    nothing = {"people": 0, "recommenders": {}, "stars": {}}
    if live is None:
        facts = dict.fromkeys(["run", "recommender", "live_since", "trained_at", "seconds"])
        return facts | nothing | {"data": {}, "steps": []}
    run = live.run
    return (
        nothing
        | run.metrics
        | {
            "run": run.pk,
            "recommender": run.default_recommender,
            "live_since": live.since,
            "trained_at": run.finished_at,
            "seconds": run.duration and run.duration.total_seconds(),
            "data": run.data,
            "steps": run.steps.all(),
        }
    )
