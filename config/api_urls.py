"""The addresses below /api/v1/."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts import api as accounts
from catalog import api as catalog
from config import openapi
from recommendations import api as recommendations

app_name = "api"
urlpatterns = [
    re_path(r"^health/?$", recommendations.Health.as_view(), name="health"),
    re_path(r"^metrics/?$", recommendations.Metrics.as_view(), name="metrics"),
    path("movies/", catalog.MovieList.as_view(), name="movies"),
    path("movies/<int:pk>/", catalog.MovieDetail.as_view(), name="movie"),
    path("movies/<int:pk>/similar/", recommendations.SimilarMovies.as_view(), name="similar"),
    path("ratings/", accounts.MyRatings.as_view(), name="ratings"),
    path("ratings/<int:movie_id>/", accounts.MyRating.as_view(), name="rating"),
    path("recommendations/", recommendations.MyRecommendations.as_view(), name="recommendations"),
    path("users/", accounts.UserList.as_view(), name="users"),
    path("users/<int:public_id>/", accounts.UserDetail.as_view(), name="user"),
    path("users/<int:public_id>/ratings/", accounts.UserRatings.as_view(), name="user-ratings"),
    path(
        "users/<int:public_id>/recommendations/",
        recommendations.UserRecommendations.as_view(),
        name="user-recommendations",
    ),
    path("auth/token/", accounts.Token.as_view(), name="token"),
    path("me/", accounts.Me.as_view(), name="me"),
    path("schema/", openapi.SchemaView.as_view(), name="schema"),
    path("docs/", openapi.DocsView.as_view(), name="docs"),
    path("", RedirectView.as_view(pattern_name="api:docs"), name="start"),
]
