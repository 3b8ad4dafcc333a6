"""Stage 5, the request path: what doors ask for on behalf of a person."""

from recommendations.serving.film import around_film
from recommendations.serving.live import live_run
from recommendations.serving.newcomers import TasteGroup, groups, telling
from recommendations.serving.outlook import outlook
from recommendations.serving.predict import predict
from recommendations.serving.recommend import recommend
from recommendations.serving.shelves import Home, Shelf, home_of
from recommendations.serving.similar import similar
from recommendations.serving.types import (
    AroundFilm,
    Outlook,
    Prediction,
    Reason,
    Recommendations,
    RecommendedMovie,
    SimilarMovie,
)

__all__ = [
    "AroundFilm",
    "Home",
    "Outlook",
    "Prediction",
    "Reason",
    "Recommendations",
    "RecommendedMovie",
    "Shelf",
    "SimilarMovie",
    "TasteGroup",
    "around_film",
    "groups",
    "home_of",
    "live_run",
    "outlook",
    "predict",
    "recommend",
    "similar",
    "telling",
]
