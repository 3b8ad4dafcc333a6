"""Stage 5, the request path: what doors ask for on behalf of a person."""

from recommendations.serving.crew import Member, default_member, live_crew
from recommendations.serving.film import around_film
from recommendations.serving.foreseen import foreseen, has_rated_known_films
from recommendations.serving.likeness import ways_of_likeness
from recommendations.serving.live import live_run
from recommendations.serving.moving import made_room, note_shown
from recommendations.serving.outlook import outlook
from recommendations.serving.predict import predict
from recommendations.serving.recommend import recommend
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
    "Member",
    "Outlook",
    "Prediction",
    "Reason",
    "Recommendations",
    "RecommendedMovie",
    "SimilarMovie",
    "around_film",
    "default_member",
    "foreseen",
    "has_rated_known_films",
    "live_crew",
    "live_run",
    "made_room",
    "note_shown",
    "outlook",
    "predict",
    "recommend",
    "similar",
    "ways_of_likeness",
]
