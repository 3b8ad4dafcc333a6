"""Finds the titles that have every word of a query, by looking through the words that titles are made of."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.search.query import ARTICLES, Query

LINE_END, SPACE = 10, 32
# How well a title matches: it is the phrase, begins with it as a whole word or as part of one, has it at the beginning
# of another word, or has it inside of one or only its words.
WHOLE, FIRST_WORDS, BEGINNING, WORD, ANYWHERE = range(5)

Array = NDArray[Any]
Arrays = dict[str, Array]
Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


def build(texts: Sequence[str]) -> Arrays:
    """Return the arrays that `Exact` reads, for films whose forms of title are `texts`, one form per line.

    text: every film's forms, each between two line ends; text_starts: where each film begins.
    words: every different word, each followed by a line end; word_starts: where each begins.
    word_films: the films that have each word; word_films_starts: where each word's begin.
    """
    blocks = [f"\n{text}\n".encode() for text in texts]
    films_of: dict[str, list[int]] = {}
    for film, text in enumerate(texts):
        for word in set(text.split()):
            films_of.setdefault(word, []).append(film)
    words = [f"{word}\n".encode() for word in films_of]
    return {
        "text": _bytes(blocks),
        "text_starts": starts(map(len, blocks)),
        "words": _bytes(words),
        "word_starts": starts(map(len, words)),
        "word_films": np.array([film for films in films_of.values() for film in films], np.int32),
        "word_films_starts": starts(map(len, films_of.values())),
    }


def starts(lengths: Iterable[int]) -> Places:
    """Return where each part begins when parts of these lengths stand in a row, and where the last one ends."""
    return np.concatenate([[0], np.cumsum(np.fromiter(lengths, np.int64))]).astype(np.int64)


class Exact:
    """The films of an index by the words of their titles. Films are places, the best known first."""

    def __init__(self, arrays: Arrays, years: NDArray[np.int16]) -> None:
        self._arrays, self._years = arrays, years
        self._text: Bytes = arrays["text"]
        self._words: Bytes = arrays["words"]
        self._text_counts = np.bincount(self._text, minlength=256)
        self._word_counts = np.bincount(self._words, minlength=256)
        self._word_sizes = np.diff(arrays["word_films_starts"])

    def find(self, query: Query) -> Places:
        """Return the films whose titles have every word, best match first and then best known first."""
        has_all = np.ones(len(self._years), np.bool_)
        for place, word in enumerate(query.words, start=1):
            has_word = self._films_with(word)
            if query.year is not None and place == len(query.words):
                has_word |= self._years == query.year
            has_all &= has_word
        films = np.flatnonzero(has_all)
        distances = np.full(len(self._years), ANYWHERE, np.int8)
        for phrase in query.phrases if len(films) else ():
            self._lower(distances, phrase.encode(errors="replace"))
        return films[np.argsort(distances[films], kind="stable")]

    def _films_with(self, word: str) -> NDArray[np.bool_]:
        """Return which films have the word in their titles, or in a word of them."""
        positions = occurrences(self._words, word.encode(errors="replace"), self._word_counts)
        has_it = np.zeros(len(self._word_sizes), np.bool_)
        has_it[np.searchsorted(self._arrays["word_starts"], positions, side="right") - 1] = True
        films = np.zeros(len(self._years), np.bool_)
        films[self._arrays["word_films"][np.repeat(has_it, self._word_sizes)]] = True
        return films

    def _lower(self, distances: NDArray[np.int8], phrase: bytes) -> None:
        """Lower the distances of the films that have the phrase in their titles."""
        positions = occurrences(self._text, phrase, self._text_counts)
        before, after = self._text[positions - 1], self._text[positions + len(phrase)]
        is_first = before == LINE_END
        is_title = is_first | np.any([self._follows(positions, f"\n{each}".encode()) for each in ARTICLES], axis=0)
        found = np.where(before == SPACE, WORD, ANYWHERE)
        found[is_first] = BEGINNING
        found[is_title & (after == SPACE)] = FIRST_WORDS
        found[is_title & (after == LINE_END)] = WHOLE
        films = np.searchsorted(self._arrays["text_starts"], positions, side="right") - 1
        np.minimum.at(distances, films, found.astype(np.int8))

    def _follows(self, positions: Places, prefix: bytes) -> NDArray[np.bool_]:
        follows = positions >= len(prefix)
        for place, byte in enumerate(reversed(prefix), start=1):
            follows &= self._text[np.maximum(positions - place, 0)] == byte
        return follows


def occurrences(haystack: Bytes, needle: bytes, counts: NDArray[np.int64]) -> Places:
    """Return where `needle` begins in `haystack`, in which each byte occurs as often as `counts` says."""
    rarest = min(range(len(needle)), key=lambda place: counts[needle[place]])
    positions = np.flatnonzero(haystack == needle[rarest]) - rarest
    positions = positions[(positions >= 0) & (positions <= len(haystack) - len(needle))]
    for place, byte in enumerate(needle):
        if place != rarest:
            positions = positions[haystack[positions + place] == byte]
    return positions


def _bytes(parts: Sequence[bytes]) -> Bytes:
    return np.frombuffer(b"".join(parts), np.uint8)
