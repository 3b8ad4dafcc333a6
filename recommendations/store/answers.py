"""Answers that were given a moment ago, to be given again to the same question of the same taste."""

from typing import Protocol

SECONDS = 300


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
