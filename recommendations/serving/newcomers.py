"""What newcomers choose from while nothing is known of them: taste groups, and films that tell most about somebody."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalog.models import Movie, StarCount
from catalog.selectors import catalogue_stamp
from recommendations.algorithms.factored import Factored
from recommendations.algorithms.registry import UnknownRecommender
from recommendations.algorithms.taste_groups import taste_groups
from recommendations.data.decades import decade
from recommendations.data.interactions import Positions, Scores
from recommendations.serving.live import LiveModels, live_models

GROUPS, FILMS_OF_A_GROUP = 6, 4
# Well known are so many films; of more the last ones would be strangers to most newcomers.
_WELL_KNOWN = 200
_TELLING_OF = 120
_NEIGHBORS = 50
_FACTORED = ("als", "svd", "mf")
# How a genre is called when it stands for a kind of films; "" says nothing about taste.
_WORDS = {
    "Action": "action",
    "Children": "children’s films",
    "Children's": "children’s films",
    "Comedy": "comedies",
    "Documentary": "documentaries",
    "Drama": "dramas",
    "Film-Noir": "film noir",
    "IMAX": "",
    "Musical": "musicals",
    "Mystery": "mysteries",
    "Romance": "romances",
    "Sci-Fi": "science fiction",
    "Thriller": "thrillers",
    "War": "war films",
    "Western": "westerns",
    "(no genres listed)": "",
}


@dataclass(frozen=True, slots=True)
class TasteGroup:
    """A kind of films, called by what its films have in common, and the films that show it."""

    name: str
    films: tuple[Movie, ...]

    @property
    def key(self) -> int:
        """What a form calls the group: the key of its best known film, which no other group has."""
        return self.films[0].pk


def groups() -> Sequence[TasteGroup]:
    """Return six taste groups of four well-known films each, the best known group first; none before the first run."""
    models = live_models()
    if models is None:
        return ()
    stamp = catalogue_stamp()
    return models.remembered(("taste groups", stamp), lambda: _groups(models))


def telling() -> list[int]:
    """Return the keys of well-known films, first those whose rating tells most about somebody.

    By the logarithm of how many know a film times the entropy of what they gave it: a film that everybody likes tells
    little. Source: Rashid et al., IUI 2002.
    """
    known = dict(Movie.objects.best_known()[:_TELLING_OF].values_list("pk", "rating_count"))
    given: dict[int, list[int]] = defaultdict(list)
    for movie, people in StarCount.objects.filter(movie__in=known).values_list("movie_id", "people"):
        given[movie].append(people)
    tells = {movie: np.log1p(count) * _entropy(given[movie]) for movie, count in known.items()}
    return sorted(known, key=lambda movie: -tells[movie])


def _entropy(people: Sequence[int]) -> float:
    parts = np.array([count for count in people if count > 0], np.float64)
    parts /= max(parts.sum(), 1)
    return float(-(parts * np.log(parts)).sum())


def _groups(models: LiveModels) -> Sequence[TasteGroup]:
    films = [film for film in Movie.objects.with_genres().best_known()[:_WELL_KNOWN] if film.rating_count]
    positions = models.ids.movie_ix([film.pk for film in films])
    films = [film for film, position in zip(films, positions.tolist(), strict=True) if position >= 0]
    if len(films) < GROUPS * FILMS_OF_A_GROUP:
        return ()
    found = taste_groups(_features(models, positions[positions >= 0]), groups=GROUPS, shown=FILMS_OF_A_GROUP)
    usual = _shares(films)
    shown = [tuple(films[row] for row in rows) for rows in sorted(found.tolist())]
    names = _told_apart([_name(each, usual) for each in shown], shown)
    return [TasteGroup(name, each) for name, each in zip(names, shown, strict=True)]


def _features(models: LiveModels, positions: Positions) -> Scores:
    """Return what tells films apart: their factors where the run has some, else which films they are alike to."""
    for name in _FACTORED:
        try:
            model = models.recommender(name)
        except UnknownRecommender:
            continue
        if isinstance(model, Factored):
            return np.asarray(model.films()[positions], np.float32)
    model = models.recommender()
    place = {position: row for row, position in enumerate(positions.tolist())}
    alike = np.eye(len(place), dtype=np.float32)
    for position, row in place.items():
        others, likeness = model.similar(position, _NEIGHBORS)
        for other, value in zip(others.tolist(), likeness.tolist(), strict=True):
            if other in place:
                alike[row, place[other]] = value
    return alike


def _shares(films: Sequence[Movie]) -> dict[str, float]:
    """Return the part of films that has each genre."""
    counted = Counter(genre.name for film in films for genre in film.genres.all())
    return {genre: count / len(films) for genre, count in counted.items()}


def _name(films: Sequence[Movie], usual: dict[str, float]) -> str:
    """Return "Crime and thrillers of the nineties": what most of the films share and films seldom have, and when."""
    common = {genre: share for genre, share in _shares(films).items() if share >= 0.5 and _WORDS.get(genre, genre)}
    first = sorted(common, key=lambda genre: (-common[genre] / usual[genre] ** 0.5, genre))[:2]
    words = " and ".join(_WORDS.get(genre, genre.lower()) for genre in first) or "films"
    return f"{words[0].upper()}{words[1:]}{_when([film.year for film in films])}"


def _told_apart(names: Sequence[str], groups: Sequence[Sequence[Movie]]) -> list[str]:
    """Return the names, with the best known film behind those that have the same words in another order."""
    words = [sorted(name.casefold().split()) for name in names]
    return [
        f"{name}, like {films[0].title}" if words.count(each) > 1 else name
        for name, each, films in zip(names, words, groups, strict=True)
    ]


def _when(years: Sequence[int | None]) -> str:
    """Return " of the nineties" when all of the films are of that decade."""
    when, count = Counter(decade(year) for year in years if year).most_common(1)[0] if any(years) else ("", 0)
    return f" of {when}" if count == len(years) else ""
