"""What serving hands to pages, API and commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from catalog.models import Movie

# Where a list came from: the published one, one made a moment ago from the newest ratings, or the fallback.
Source = Literal["published", "fresh", "popularity"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One own rating that pushed a film up, or one film that was picked at the start."""

    movie: Movie
    stars: float | None
    """None for a film that was picked, not rated."""
    share: float
    """Its part of all that spoke for the film, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What somebody would probably give a film, in stars."""

    stars: float
    low: float
    high: float
    """The ends of the range that holds four such ratings in five, in stars."""
    support: int
    """How many of the person's own ratings of similar films it rests on; 0 means: everybody's average."""
    picks: bool = False
    """Whether films that were picked, not rated, are among those."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the live run says to one person of one film, as if they had not rated it yet.

    Before the first run nothing is said, not even its number; of a film that came after it only that.
    """

    run: int | None = None
    rated: int = 0
    """How many other ratings of the person it was made from."""
    learned: bool = False
    """Whether the run has learned from the person's own rating of the film: a prediction would only repeat it."""
    prediction: Prediction | None = None
    reasons: tuple[Reason, ...] = ()
    recommender: str = ""
    """The one that makes the person's list, whose arithmetic the reasons are."""


@dataclass(frozen=True, slots=True)
class RecommendedMovie:
    """A film on a list, with where it came from."""

    movie: Movie
    score: float
    recommender: str
    reasons: tuple[Reason, ...] = ()
    prediction: Prediction | None = None
    shown_before: bool = False
    """Whether it was recommended on several days before, and the person did nothing about it."""


@dataclass(frozen=True, slots=True)
class SimilarMovie:
    """A film that the same people like."""

    movie: Movie
    score: float


@dataclass(frozen=True, slots=True)
class AroundFilm:
    """What a film's page shows besides the film; without an outlook to visitors."""

    similar: Sequence[SimilarMovie]
    outlook: Outlook | None
    predictions: Mapping[int, Prediction] = field(default_factory=dict)
    """For the film and those like it, by key, made from all of the person's ratings."""


@dataclass(frozen=True, slots=True)
class Recommendations:
    """A list for one person, best first, and what it was made from.

    `run` is None while no run is live; the films are then the best rated ones. `source` is "popularity" when nothing
    is known of the person's taste, or nobody's goes into it, and every page says so. `recommender` made the list.
    """

    films: tuple[RecommendedMovie, ...]
    source: Source
    recommender: str
    run: int | None
    taste_version: int
    rated: int = field(default=0)
    """How many ratings the person has given."""
    used: int = field(default=0)
    """How many of them the list is made from: the others are muted, or older than the person wishes."""
    picked: int = field(default=0)
    """How many films that were picked at the start it was made from besides."""
    also: tuple[RecommendedMovie, ...] = ()
    """Other films that were asked about: with reasons and predictions as if they were on the list."""
