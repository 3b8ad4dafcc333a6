"""Stage 2: one list for several people, from the scores that each of them would be given alone."""

import numpy as np

from recommendations.data.interactions import Positions, Scores

RULES = ("average", "least_misery")


def standardized(scores: Scores) -> Scores:
    """Return `scores` (people × films) with a mean of 0 and a standard deviation of 1 in each row.

        z_pf = (s_pf - mean_p) / deviation_p

    One person's scores may be a hundred times another's; only so do they weigh the same. A row that says nothing,
    all its scores being equal, becomes zeros. Time and memory O(people · films). Nothing but finite numbers is asked.
    """
    wide = np.asarray(scores, np.float64)
    centered = wide - wide.mean(axis=1, keepdims=True)
    deviation = centered.std(axis=1, keepdims=True)
    flat = deviation <= 1e-9 * np.maximum(np.abs(wide).max(axis=1, keepdims=True, initial=0), 1)
    result: Scores = np.where(flat, 0, centered / np.where(flat, 1, deviation)).astype(np.float32)
    return result


def best_together(scores: Scores, rule: str, n: int, unwanted: Positions) -> tuple[Positions, Scores]:
    """Return the at most `n` films that suit all rows of `scores` (people × films) best: positions and group scores.

    "average" ranks films by the mean of the people's standardized scores, "least_misery" by the lowest of them
    (Masthoff, User Modeling and User-Adapted Interaction 14, 2004). Rows that say nothing have no voice: their zeros
    would veto whatever others like a little. Positions in `unwanted` are never returned, nor films that nothing
    speaks for (no score above zero); equal films are in the order of their positions. One person's list is their own.
    Raises ValueError for another rule.
    """
    if rule not in RULES:
        raise ValueError(f"There is no rule {rule!r}; there are {', '.join(RULES)}.")
    voices = standardized(scores)
    voices = voices[voices.any(axis=1)]
    if not len(voices):
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    group = voices.mean(axis=0) if rule == "average" else voices.min(axis=0)
    allowed = np.any(scores > 0, axis=0, keepdims=True)[0]
    allowed[unwanted] = False
    order = np.argsort(-group, kind="stable")
    found = order[allowed[order]][:n].astype(np.int32)
    return found, group[found]
