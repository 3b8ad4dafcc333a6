"""Stage 2b: numbers become predicted stars. Ranking asks what to see next; this asks how somebody would rate it."""

from recommendations.rating.parts import PartsConfig
from recommendations.rating.stars import StarPredictions, StarPredictor, StarPredictorConfig

__all__ = ["PartsConfig", "StarPredictions", "StarPredictor", "StarPredictorConfig"]
