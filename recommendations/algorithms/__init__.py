"""Stage 2: numbers become scores. Knows numpy, scipy and scikit-learn, and neither Django nor Redis nor the clock."""

from recommendations.algorithms import registry
from recommendations.algorithms.base import Recommender

__all__ = ["Recommender", "registry"]
