"""Answers that were given a moment ago, to be given again to the same question of the same taste."""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from time import monotonic
from typing import Protocol

SECONDS = 300
# How long a process goes without asking the others, and how much it holds: some hundred lists of twenty films.
MOMENT = 60.0
MOST_BYTES = 8 * 1024**2
# What a kept answer takes besides its own bytes: a digest, a time, and their places.
_BYTES_BESIDES = 400
# A request that has this attribute has been looked up before any view saw it: there is no kept answer to it.
SOUGHT = "kept_answer_was_sought"


def question(run: int | None, taste_version: int, query: str) -> str:
    """Return a question with everything that the answer to a person depends on; `query` is the address' own."""
    return f"{run} {taste_version} {query}"


class Answers(Protocol):
    """The contract: an answer belongs to one person and one question, as `question` words it."""

    def get(self, rater: int, asked: str) -> bytes | None:
        """Return what the person with this public id was answered, or None. Raises StoreUnavailable."""

    def put(self, rater: int, asked: str, answer: bytes) -> None:
        """Keep an answer for SECONDS, so that a corrected title is soon seen. Raises StoreUnavailable."""


class NoAnswers:
    """Keeps nothing: the embedded set-up serves a few people, and works each answer out."""

    def get(self, rater: int, asked: str) -> bytes | None:
        """Return None."""
        return None

    def put(self, rater: int, asked: str, answer: bytes) -> None:
        """Forget it."""


class AnswersAtHand:
    """The answers that this process has just given or fetched, in front of those that all processes share.

    For MOMENT seconds they cost no way to another server, and the oldest ones go when all take more than MOST_BYTES.
    Of a question only a digest is held: it may be as long as whoever asks likes.
    """

    def __init__(self, shared: Answers, *, clock: Callable[[], float] = monotonic) -> None:
        self._shared, self._clock = shared, clock
        self._kept: dict[bytes, tuple[float, bytes]] = {}
        self._bytes, self._lock = 0, Lock()

    def get(self, rater: int, asked: str) -> bytes | None:
        """Return the answer from here, else from where it is shared."""
        until, answer = self._kept.get(_digest(rater, asked), (0.0, b""))
        if self._clock() < until:
            return answer
        found = self._shared.get(rater, asked)
        if found is not None:
            self._keep(_digest(rater, asked), found)
        return found

    def put(self, rater: int, asked: str, answer: bytes) -> None:
        """Keep an answer here and where it is shared."""
        self._keep(_digest(rater, asked), answer)
        self._shared.put(rater, asked, answer)

    def _keep(self, question: bytes, answer: bytes) -> None:
        with self._lock:
            self._forget(question)
            self._kept[question] = self._clock() + MOMENT, answer
            self._bytes += len(answer) + _BYTES_BESIDES
            while self._kept and (self._bytes > MOST_BYTES or self._is_over(next(iter(self._kept)))):
                self._forget(next(iter(self._kept)))

    def _is_over(self, question: bytes) -> bool:
        return self._kept[question][0] <= self._clock()

    def _forget(self, question: bytes) -> None:
        if question in self._kept:
            self._bytes -= len(self._kept.pop(question)[1]) + _BYTES_BESIDES


def _digest(rater: int, asked: str) -> bytes:
    return blake2b(f"{rater} {asked}".encode(errors="surrogatepass"), digest_size=16).digest()
