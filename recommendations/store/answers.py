"""Answers that were given a moment ago, to be given again to the same question of the same taste."""

from typing import Protocol

SECONDS = 300


class Answers(Protocol):
    """The contract. Whoever asks puts everything that the answer depends on into the key; see `RedisAnswers`."""

    def get(self, key: str) -> bytes | None:
        """Return the answer kept under `key`, or None. Raises StoreUnavailable."""

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer for SECONDS, so that a corrected title is soon seen. Raises StoreUnavailable."""


class NoAnswers:
    """Keeps nothing: the embedded set-up serves a few people, and works each answer out."""

    def get(self, key: str) -> bytes | None:
        """Return None."""
        return None

    def put(self, key: str, answer: bytes) -> None:
        """Forget it."""
