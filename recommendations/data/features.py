"""What is known of films, as a matrix: lists of titles, years, genres, tags and genomes become named features."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy import sparse

# How much of a year its neighbours share: a film of 1994 is nearly one of 1995, and hardly one of 1997.
_YEARS_APART = {0: 1.0, 1: 0.75, 2: 0.5, 3: 0.25}
RELEVANT = 0.3
_WORD = re.compile(r"[^\W_]{3,}")
_LITTLE_WORDS = frozenset(["and", "the", "for", "with", "from", "not", "you", "your", "his", "her", "all", "out"])


def film_features(
    *,
    films: int,
    titles: Sequence[str] = (),
    years: Sequence[int | None] = (),
    genres: Sequence[Iterable[str]] = (),
    tags: Sequence[Mapping[str, int]] = (),
    genome: sparse.csr_matrix | None = None,
    genome_names: Sequence[str] = (),
) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    """Return films × features, CSR float32, and a name for each feature: "genre:Drama", "year:1994", "tag:mafia".

    Every list is in the order of the films, or empty where nothing is known. `tags` says how many people put each tag
    on a film, which counts by its logarithm; `genome` is films × genome tags, relevance 0 to 1, of which what
    is below 0.3 is dropped. Letter case and accents do not tell words and tags apart. Tags and words of a single film
    connect it to nothing and are left out. Weights are raw: whoever uses them weighs rare and common features.

    Raises ValueError for a list of another length. Time and memory O(entries).
    """
    for name, known in (("titles", titles), ("years", years), ("genres", genres), ("tags", tags)):
        if len(known) not in {0, films}:
            raise ValueError(f"{name} has {len(known)} entries for {films} films.")
    blocks = [
        _counted("genre", [dict.fromkeys(each, 1.0) for each in genres], films, fewest=1),
        _counted("year", [_years(year) for year in years], films, fewest=1),
        _counted("tag", [_tags(each) for each in tags], films, fewest=2),
        _counted("title", [_words(title) for title in titles], films, fewest=2),
        _genome(genome, genome_names, films),
    ]
    names = tuple(name for _, found in blocks for name in found)
    return sparse.csr_matrix(sparse.hstack([block for block, _ in blocks]), dtype=np.float32), names


def folded(text: str) -> str:
    """Return `text` in lower case, without accents and outer spaces."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().strip()


def _years(year: int | None) -> dict[str, float]:
    if year is None:
        return {}
    return {str(year + sign * apart): part for apart, part in _YEARS_APART.items() for sign in (-1, 1)}


def _tags(tags: Mapping[str, int]) -> dict[str, float]:
    people: Counter[str] = Counter()
    for tag, count in tags.items():
        people[folded(tag)] += count
    return {tag: float(np.log1p(count)) for tag, count in people.items() if tag and count > 0}


def _words(title: str) -> dict[str, float]:
    return dict.fromkeys((word for word in _WORD.findall(folded(title)) if word not in _LITTLE_WORDS), 1.0)


def _counted(
    kind: str, features: Sequence[Mapping[str, float]], films: int, *, fewest: int
) -> tuple[sparse.csr_matrix, list[str]]:
    """Return one kind of features as a matrix, without those that fewer films than `fewest` have."""
    known = Counter(feature for each in features for feature in each)
    names = sorted(feature for feature, count in known.items() if count >= fewest)
    column = {name: place for place, name in enumerate(names)}
    found = [
        (row, column[feature], value)
        for row, each in enumerate(features)
        for feature, value in each.items()
        if feature in column
    ]
    rows, columns, values = np.array(found, np.float64).reshape(-1, 3).T
    cells = rows.astype(np.int64), columns.astype(np.int64)
    matrix = sparse.csr_matrix((values.astype(np.float32), cells), shape=(films, len(names)))
    return matrix, [f"{kind}:{name}" for name in names]


def _genome(genome: sparse.csr_matrix | None, names: Sequence[str], films: int) -> tuple[sparse.csr_matrix, list[str]]:
    if genome is None:
        return sparse.csr_matrix(np.empty((films, 0), np.float32)), []
    if genome.shape != (films, len(names)):
        raise ValueError(f"The genome is {genome.shape} for {films} films and {len(names)} tags.")
    relevant = sparse.csr_matrix(genome, dtype=np.float32, copy=True)
    relevant.data[~(relevant.data >= RELEVANT)] = 0
    relevant.eliminate_zeros()
    return relevant, [f"genome:{name}" for name in names]
