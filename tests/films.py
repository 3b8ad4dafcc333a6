"""Films, people and ratings for tests, made in one line each."""

from datetime import UTC, datetime, timedelta
from itertools import count

from accounts import services
from accounts.models import User
from catalog.models import Genre, Movie, Numbering, Rater, Tag, Tagging
from catalog.titles import search_text, split_title

_numbers = count(1_000)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def film(listed: str, *genres: str, known: int = 0, **facts: object) -> Movie:
    """Return a new film from its listed title, "Godfather, The (1972)"; `known` people gave it 3½ stars."""
    parts = split_title(listed)
    movie = Movie.objects.create(
        numbering=Numbering.SAMPLE,
        number=next(_numbers),
        title=parts.title,
        listed_title=listed,
        original_title=parts.original_title,
        search_text=search_text(listed),
        year=parts.year,
        **{"rating_count": known, "rating_sum": known * 7} | facts,
    )
    movie.genres.set([Genre.objects.get_or_create(name=name)[0] for name in genres])
    return movie


def films(number: int, *genres: str) -> list[Movie]:
    """Return that many films, the first the best known."""
    return [film(f"Film {place:03} ({1950 + place % 70})", *genres, known=number - place) for place in range(number)]


def account(name: str = "ada") -> User:
    """Return a new account whose password is `popcorn-and-tea`."""
    return User.objects.create_user(name, password="popcorn-and-tea")


def rated(rater: Rater, *movies: Movie, stars: float = 4.0) -> None:
    """Let somebody rate films, the last one most recently."""
    for minutes, movie in enumerate(movies):
        services.rate(rater=rater, movie=movie, stars=stars, at=NOON + timedelta(minutes=minutes))


def tagged(rater: Rater, movie: Movie, *names: str) -> None:
    """Let somebody put tags on a film."""
    for name in names:
        tag, _ = Tag.objects.get_or_create(folded=name.casefold(), defaults={"name": name})
        Tagging.objects.create(rater=rater, movie=movie, tag=tag, tagged_at=NOON)
