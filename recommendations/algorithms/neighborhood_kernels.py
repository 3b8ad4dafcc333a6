"""Under the neighbourhoods: the loops over all pairs of films that somebody rated both of.

Films are numbered by how often they were rated, the most rated first, and a person's films stand in that order. So
what comes before a film in a row is what it has to be multiplied with: each pair is met once, and most of the sums
that are touched lie close together.

Indices are unsigned, which spares the test whether one counts from the end, and with it a third of the time.
"""

import numpy as np
from numpy.typing import NDArray

from recommendations.algorithms.compiled import compiled
from recommendations.data.interactions import Positions, Scores

Films = NDArray[np.uint32]
Starts = NDArray[np.int64]

# Films that share a peak; rows and vectors of films are padded to a multiple.
STRIDE = 16
BISECTIONS = 12
LEAST = np.float32(np.finfo(np.float32).tiny)
# No two films are so alike.
NEVER = np.float32(2)


@compiled
def count_runs(starts: Starts, films: Films, block_of: Positions, counts: Starts) -> None:
    """Count the runs of each block. A run is what one person rated in one block: see `deal_runs`."""
    for person in range(starts.size - 1):
        before = -1
        for entry in range(starts[person], starts[person + 1]):
            block = block_of[films[entry]]
            counts[block] += block != before
            before = block


@compiled
def deal_runs(starts: Starts, films: Films, block_of: Positions, free: Starts, runs: Starts) -> None:
    """Set for each run where the person's row starts, where the run does, and where it ends: runs × 3.

    `free` says where each block's runs start in `runs`, and ends where they end.
    """
    for person in range(starts.size - 1):
        before = -1
        for entry in range(starts[person], starts[person + 1]):
            block = block_of[films[entry]]
            if block != before:
                runs[free[block], 0], runs[free[block], 1] = starts[person], entry
                free[block] += 1
            runs[free[block] - 1, 2] = entry + 1
            before = block


@compiled
def add_products(runs: Starts, films: Films, values: Scores, first: np.uint32, sums: Scores) -> None:
    """Add to `sums` x_i · x_j of the films i of a block, which starts at film `first`, and all films j before i.

    Two rows of sums are filled at once, which halves how often the person's row is read.
    """
    for run in range(runs.shape[0]):
        begin, place, end = runs[run, 0], runs[run, 1] - runs[run, 0], runs[run, 2]
        rated, wanted = films[begin:end], values[begin:end]
        if (rated.size - place) % 2:
            one, its = sums[rated[place] - first], wanted[place]
            for before in range(place):
                one[rated[before]] += its * wanted[before]
            place += 1
        while place < rated.size:
            one, its = sums[rated[place] - first], wanted[place]
            two, other = sums[rated[place + 1] - first], wanted[place + 1]
            for before in range(place):
                one[rated[before]] += its * wanted[before]
                two[rated[before]] += other * wanted[before]
            two[rated[place]] += its * other
            place += 2


@compiled
def keep_best(
    first: int,
    sums: Scores,
    norms: Scores,
    shrinkage: np.float32,
    kept: Scores,
    who: Films,
    least: Scores,
    lanes: tuple[Scores, Scores],
) -> None:
    """Offer the likeness of each film of a block and each film before it to both of them; `sums` are used up.

    `kept` and `who`, films × neighbours, are a heap for each film: see `offer`. `sums` are zero from the film itself
    on. `least` is what a film must at least be alike to be kept by another, and belongs to all threads: it is the
    worst in a full heap of one of them, so whatever is below it is not among the best of all; one that is overwritten
    by an older one only lets more be offered. A row is looked at in strides: films that are `lanes` apart share a
    peak, the likeness that is largest among them, and a lead, by how much one of them is above its `least`.
    """
    neighbors, (peaks, leads) = kept.shape[1], lanes
    for row in range(sums.shape[0]):
        film, likenesses = first + row, sums[row]
        compare(likenesses, norms, norms[film], shrinkage, least, peaks, leads)
        bound = max(bound_of(peaks, neighbors), least[film])
        for lane in range(peaks.size):
            if leads[lane] >= 0 or peaks[lane] >= bound:
                for other in range(lane, likenesses.size, peaks.size):
                    likeness = likenesses[other]
                    if likeness >= least[other]:
                        offer(kept[other], who[other], likeness, film)
                        least[other] = max(least[other], kept[other, 0])
                    if likeness >= bound:
                        offer(kept[film], who[film], likeness, other)
        least[film] = max(least[film], kept[film, 0])


@compiled
def compare(
    sums: Scores, norms: Scores, norm: np.float32, shrinkage: np.float32, least: Scores, peaks: Scores, leads: Scores
) -> None:
    """Turn a row of sums into likenesses; set each lane's peak and lead."""
    lanes = peaks.size
    for lane in range(lanes):
        peaks[lane], leads[lane] = 0, -1
    for film in range(sums.size):
        sums[film] /= norm * norms[film] + shrinkage
    for stride in range(STRIDE):
        part, weak = sums[stride * lanes : (stride + 1) * lanes], least[stride * lanes : (stride + 1) * lanes]
        for lane in range(lanes):
            peaks[lane] = max(peaks[lane], part[lane])
            leads[lane] = max(leads[lane], part[lane] - weak[lane])


@compiled
def bound_of(peaks: Scores, count: int) -> np.float32:
    """Return a number above zero that at least `count` peaks reach, and hardly more; LEAST if fewer are above zero.

    So many peaks are not below it, so the `count` best of the row are not either.
    """
    low, high = LEAST, np.float32(0)
    for lane in range(peaks.size):
        high = max(high, peaks[lane])
    for _ in range(BISECTIONS):
        middle = (low + high) * np.float32(0.5)
        reached = 0
        for lane in range(peaks.size):
            reached += peaks[lane] >= middle
        if reached >= count:
            low = middle
        else:
            high = middle
    return low


@compiled
def offer(kept: Scores, who: Films, likeness: np.float32, film: int) -> None:
    """Put a film into a heap whose first is the worst: the least alike, and of equals the least rated."""
    if likeness < kept[0] or (likeness == kept[0] and film > who[0]):
        return
    place, child = 0, 1
    while child < kept.size:
        if child + 1 < kept.size and (
            kept[child + 1] < kept[child] or (kept[child + 1] == kept[child] and who[child + 1] > who[child])
        ):
            child += 1
        if kept[child] > likeness or (kept[child] == likeness and who[child] < film):
            break
        kept[place], who[place] = kept[child], who[child]
        place, child = child, 2 * child + 1
    kept[place], who[place] = likeness, film


@compiled
def merge(kept: Scores, who: Films, others_kept: Scores, others: Films) -> None:
    """Offer what another thread kept for each film, in place."""
    for film in range(kept.shape[0]):
        for place in range(kept.shape[1]):
            offer(kept[film], who[film], others_kept[film, place], others[film, place])
