"""Answers that a process has at hand are given again without asking Redis, for a moment and up to some size."""

import tracemalloc
from collections.abc import Callable
from importlib import import_module

import pytest

from recommendations.store import StoreUnavailable, answers
from recommendations.store.answers import MOMENT, MOST_BYTES, AnswersAtHand, NoAnswers

# The module, under whose name its package gives the function.
answers_module = import_module("recommendations.store.answers")


class Shared:
    """Answers that all processes share, and how often this one was asked for any."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], bytes] = {}
        self.asked = 0

    def get(self, rater: int, asked: str) -> bytes | None:
        self.asked += 1
        return self.kept.get((rater, asked))

    def put(self, rater: int, asked: str, answer: bytes) -> None:
        self.kept[rater, asked] = answer


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def shared() -> Shared:
    return Shared()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def at_hand(shared: Shared, clock: Clock) -> AnswersAtHand:
    return AnswersAtHand(shared, clock=clock)


def test_what_was_given_or_fetched_is_given_again_without_asking(at_hand: AnswersAtHand, shared: Shared) -> None:
    at_hand.put(1, "7 0 n=2", b"given")
    shared.kept[1, "7 0 n=3"] = b"fetched"
    assert [at_hand.get(1, "7 0 n=2"), *(at_hand.get(1, "7 0 n=3") for _ in range(3))] == [b"given", *[b"fetched"] * 3]
    assert shared.asked == 1


def test_another_person_or_question_is_asked_for(at_hand: AnswersAtHand, shared: Shared) -> None:
    at_hand.put(1, "7 0 n=2", b"given")
    assert [at_hand.get(*each) for each in [(2, "7 0 n=2"), (1, "7 1 n=2"), (1, "7 0 n=20")]] == [None] * 3


def test_after_a_moment_the_others_are_asked_again(at_hand: AnswersAtHand, shared: Shared, clock: Clock) -> None:
    at_hand.put(1, "7 0 n=2", b"old")
    shared.kept[1, "7 0 n=2"] = b"new"
    clock.now += MOMENT
    assert at_hand.get(1, "7 0 n=2") == b"new"


def test_one_process_holds_so_many_bytes_and_no_more(at_hand: AnswersAtHand, shared: Shared) -> None:
    for number in range(5):
        at_hand.put(number, "7 0 n=2", bytes(MOST_BYTES * 3 // 10))
        at_hand.put(number, "7 0 n=2", bytes(MOST_BYTES * 3 // 10))
    shared.kept.clear()
    assert [at_hand.get(number, "7 0 n=2") is None for number in range(5)] == [True, True, False, False, False]


def _held(act: Callable[[], None]) -> int:
    """Return how many more bytes there are after `act` than before."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_long_questions_take_no_room(clock: Clock) -> None:
    at_hand = AnswersAtHand(NoAnswers(), clock=clock)

    def ask_much() -> None:
        for number in range(1_000):
            at_hand.put(1, f"7 0 genre=Polka&x={number:020000}", b"[]")

    assert _held(ask_much) < 1_000_000


def test_many_small_answers_take_no_more_room_than_few_large_ones(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers_module, "MOST_BYTES", 100_000)
    at_hand = AnswersAtHand(NoAnswers(), clock=clock)
    assert _held(lambda: [at_hand.put(number, "7 0 n=2", b"[]") for number in range(5_000)]) < 200_000


def test_what_is_older_than_a_moment_is_not_held(clock: Clock) -> None:
    at_hand = AnswersAtHand(NoAnswers(), clock=clock)

    def ask_before_and_after() -> None:
        at_hand.put(1, "7 0 n=2", bytes(1_000_000))
        clock.now += MOMENT
        at_hand.put(1, "7 0 n=3", b"[]")

    assert _held(ask_before_and_after) < 500_000


def test_what_is_too_large_is_only_shared(at_hand: AnswersAtHand, shared: Shared) -> None:
    at_hand.put(1, "7 0 n=2", bytes(MOST_BYTES + 1))
    assert shared.kept
    shared.kept.clear()
    assert at_hand.get(1, "7 0 n=2") is None


def test_what_is_at_hand_is_given_when_redis_is_away() -> None:
    away = answers("redis://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        away.put(1, "7 0 n=2", b"given")
    assert away.get(1, "7 0 n=2") == b"given"
