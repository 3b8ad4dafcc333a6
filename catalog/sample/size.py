"""How much is asked for, and whether that can be; refused before any work is done."""

from dataclasses import dataclass

from catalog.sample.invention import MOST_FILMS


class SizeRefused(ValueError):
    """An amount of people, films or ratings that cannot be; the message is for the person who asked for it."""


@dataclass(frozen=True)
class Size:
    """How much to make: everyone of `people` has ratings, and all `films` are listed. Raises SizeRefused.

    The same size with the same `seed` gives the same bytes.
    """

    people: int
    films: int
    ratings: int
    seed: int

    def __post_init__(self) -> None:
        for name in ("people", "films", "ratings"):
            if (amount := getattr(self, name)) < 1:
                raise SizeRefused(f"The number of {name} must be 1 or more, not {amount}.")
        if self.seed < 0:
            raise SizeRefused(f"The seed must be 0 or more, not {self.seed}.")
        if self.films > MOST_FILMS:
            raise SizeRefused(f"There are titles for {MOST_FILMS:,} films, not for {self.films:,}.")
        if self.ratings < self.people:
            raise SizeRefused(f"{self.people:,} people need at least {self.people:,} ratings, not {self.ratings:,}.")
        if self.ratings > (most := self.people * self.films):
            raise SizeRefused(
                f"{self.people:,} people can rate {self.films:,} films {most:,} times, not {self.ratings:,} times."
            )
