"""Finds the titles that come closest to what was typed: alike in their letters first, then by counting the errors.

A title is a vector of its pairs and triples of letters, weighed by TF-IDF: rare ones say more. An error changes two or
three of them and leaves the others, wherever they stand, so that words in another order still look alike. Of the
titles that look most alike, those that take the fewest errors to type come first.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from catalog.search.edits import edit_distances, padded
from catalog.search.exact import Arrays, Places, starts
from catalog.search.query import Query, without_article

BUCKET_BITS = 18
BUCKETS = 1 << BUCKET_BITS
SIZES = (2, 3)
# Letters of a title that are compared: whoever types more than these has been found before.
LONGEST = 48
# Titles whose errors are counted: the most alike, and none that has next to nothing in common.
CANDIDATES, LEAST_CANDIDATE = 200, 0.1
# What is still called close: this share of the letters mistyped, this alike whatever the order of words, or this much
# of what was typed within a longer title.
MOST_ERRORS, LEAST_COSINE, LEAST_WITHIN = 0.4, 0.65, 0.6

Codes = NDArray[np.uint32]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FACTOR = np.uint64(1_000_003)


def build(texts: Sequence[str]) -> Arrays:
    """Return the arrays that `Forgiving` reads, for films whose forms of title are `texts`, one form per line.

    letters: every form, without its article, as code points between two spaces; letter_starts: where each begins.
    form_films: whose form it is; form_lengths: how long its vector is before it is brought to a length of 1.
    gram_forms, gram_weights: the forms that have each pair or triple, and how much it weighs in them;
    gram_starts: where each one's begin; gram_rarity: how much it weighs in a query.
    """
    pairs = [(film, form) for film, text in enumerate(texts) for form in _forms(text)]
    letters = _codes("".join(form for _, form in pairs))
    letter_starts = starts(len(form) for _, form in pairs)
    grams, forms = _grams(letters, np.repeat(np.arange(len(pairs)), np.diff(letter_starts)))
    keys, times = np.unique(grams * len(pairs) + forms, return_counts=True)
    grams, forms = np.divmod(keys, max(len(pairs), 1))
    rarity = np.log((1 + len(pairs)) / (1 + np.bincount(grams, minlength=BUCKETS))) + 1
    weights = rarity[grams] * (1 + np.log(times))
    lengths = np.sqrt(np.bincount(forms, weights**2, minlength=len(pairs)))
    return {
        "letters": letters,
        "letter_starts": letter_starts,
        "form_films": np.array([film for film, _ in pairs], np.int32),
        "form_lengths": lengths.astype(np.float32),
        "gram_forms": forms.astype(np.int32),
        "gram_weights": (weights / lengths[forms]).astype(np.float32),
        "gram_starts": np.searchsorted(grams, np.arange(BUCKETS + 1)),
        "gram_rarity": rarity.astype(np.float32),
    }


class Forgiving:
    """The films of an index by the letters of their titles. Films are places, the best known first."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._starts = arrays["letter_starts"]

    def find(self, query: Query, most: int) -> Places:
        """Return at most `most` films that come close to the query, closest first; none where nothing does."""
        found = [self._closest(phrase) for phrase in query.phrases]
        forms, distances = (np.concatenate(parts) for parts in zip(*found, strict=True))
        films = self._arrays["form_films"][forms]
        films = films[np.lexsort((films, distances))].astype(np.int64)
        _, first = np.unique(films, return_index=True)
        return films[np.sort(first)][:most]

    def _closest(self, phrase: str) -> tuple[Places, NDArray[np.float64]]:
        """Return the forms that come close to a phrase, and how far each is from it."""
        typed = _padded_form(phrase)
        cosines, length = self._cosines(typed)
        forms = np.flatnonzero(cosines > LEAST_CANDIDATE)
        if len(forms) > CANDIDATES:
            forms = forms[np.argpartition(-cosines[forms], CANDIDATES)[:CANDIDATES]]
        alike = cosines[forms]
        within = alike * self._arrays["form_lengths"][forms] / length
        # The end of a title that is twice as long makes no difference any more.
        ends = np.minimum(self._starts[forms + 1], self._starts[forms] + 2 * len(typed))
        letters, lengths = padded(self._arrays["letters"], self._starts[forms], ends)
        errors = edit_distances(_codes(typed), letters, lengths)
        is_close = errors <= np.ceil(MOST_ERRORS * (len(typed) - 2))
        is_close |= (alike >= LEAST_COSINE) | (within >= LEAST_WITHIN)
        # Words in another order are not so many errors as they seem.
        share = np.minimum(errors / np.maximum(lengths, len(typed)), 1 - alike)
        return forms[is_close], (share - np.maximum(alike, within))[is_close]

    def _cosines(self, typed: str) -> tuple[NDArray[np.float64], float]:
        """Return how alike every form is to what was typed, 0 to 1, and the length of the latter's vector."""
        starts, codes = self._arrays["gram_starts"], _codes(typed)
        grams, times = np.unique(_grams(codes, np.zeros(len(codes), np.int64))[0], return_counts=True)
        is_known = starts[grams + 1] > starts[grams]
        if not is_known.any():
            return np.zeros(len(self._starts) - 1), 1.0
        weights = (self._arrays["gram_rarity"][grams] * (1 + np.log(times)))[is_known]
        # What no title has says nothing of how rare it is: it weighs as much as the rest does on average.
        length = float(np.sqrt((weights**2).mean() * len(grams)))
        parts = [slice(*starts[gram : gram + 2]) for gram in grams[is_known]]
        forms = np.concatenate([self._arrays["gram_forms"][part] for part in parts])
        shares = [self._arrays["gram_weights"][part] * weight for part, weight in zip(parts, weights, strict=True)]
        cosines = np.bincount(forms, np.concatenate(shares), minlength=len(self._starts) - 1)
        return cosines / length, length


def _forms(text: str) -> list[str]:
    """Return the forms of a title that differ in more than an article."""
    return list(dict.fromkeys(_padded_form(form) for form in text.splitlines() if form))


def _padded_form(folded: str) -> str:
    return f" {without_article(folded)[:LONGEST]} "


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def _grams(letters: Codes, forms: Places) -> tuple[Places, Places]:
    """Return the bucket of every pair and triple of letters within a form, and the form."""
    buckets, owners = [], []
    for size in SIZES:
        count = max(len(letters) - size + 1, 0)
        hashed = np.full(count, size, np.uint64)
        for place in range(size):
            hashed = (hashed * _FACTOR) ^ letters[place : place + count]
        is_whole = forms[:count] == forms[size - 1 :]
        buckets.append((hashed * _GOLDEN >> np.uint64(64 - BUCKET_BITS))[is_whole])
        owners.append(forms[:count][is_whole])
    return np.concatenate(buckets).astype(np.int64), np.concatenate(owners)
