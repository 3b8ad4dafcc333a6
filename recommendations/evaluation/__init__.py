"""Stage 3: scores become evidence, always on people or ratings that the models were not fitted on."""

from recommendations.evaluation.compare import Comparison, check_names, compare
from recommendations.evaluation.dataset import Dataset, as_choices, at_least_stars, k_core
from recommendations.evaluation.protocols import PROTOCOLS, UnknownProtocol, protocol
from recommendations.evaluation.report import evaluate
from recommendations.evaluation.split import CannotSplit, Split, held_out_people, hold_out
from recommendations.evaluation.tune import CannotTune, tune

__all__ = [
    "PROTOCOLS",
    "CannotSplit",
    "CannotTune",
    "Comparison",
    "Dataset",
    "Split",
    "UnknownProtocol",
    "as_choices",
    "at_least_stars",
    "check_names",
    "compare",
    "evaluate",
    "held_out_people",
    "hold_out",
    "k_core",
    "protocol",
    "tune",
]
