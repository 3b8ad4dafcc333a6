"""Stage 3: scores become evidence, always on people or ratings that the models were not fitted on."""

from recommendations.evaluation.report import evaluate
from recommendations.evaluation.split import Split, held_out_people, hold_out

__all__ = ["Split", "evaluate", "held_out_people", "hold_out"]
