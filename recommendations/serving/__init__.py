"""Stage 5, the request path: what doors ask for on behalf of a person."""

from recommendations.serving.crew import CREW, Member, default_member, live_crew
from recommendations.serving.film import around_film
from recommendations.serving.foreseen import foreseen, has_rated_known_films
from recommendations.serving.likeness import ways_of_likeness
from recommendations.serving.live import live_run
from recommendations.serving.moving import made_room, note_shown
from recommendations.serving.newcomers import TasteGroup, groups, telling
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
    "CREW",
    "AroundFilm",
    "Home",
    "Member",
    "Outlook",
    "Prediction",
    "Reason",
    "Recommendations",
    "RecommendedMovie",
    "Shelf",
    "SimilarMovie",
    "TasteGroup",
    "around_film",
    "default_member",
    "foreseen",
    "groups",
    "has_rated_known_films",
    "home_of",
    "live_crew",
    "live_run",
    "made_room",
    "note_shown",
    "predict",
    "recommend",
    "similar",
    "telling",
    "ways_of_likeness",
]
