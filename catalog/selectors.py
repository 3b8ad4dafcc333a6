"""What is read about films."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from catalog.models import Catalogue, Genre, Movie, Release, StarCount, Tag


@dataclass(frozen=True, slots=True)
class Order:
    """A way to put films in order; the key comes last, so that paging never repeats."""

    name: str
    columns: tuple[str | OrderBy | Lower, ...]


ORDERS = {
    "known": Order("best known", ("-rating_count", "id")),
    "rated": Order("best rated", ("-damped_mean", "id")),
    "newest": Order("newest", (F("year").desc(nulls_last=True), "-rating_count", "id")),
    "oldest": Order("oldest", (F("year").asc(nulls_last=True), "-rating_count", "id")),
    "title": Order("title", (Lower("listed_title"), "id")),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How many people gave a film that many stars, and that number as a share of the most frequent one's."""

    stars: float
    count: int
    share: float


def catalogue_stamp() -> int | None:
    """Return the number that is another one after each change of the films; None while there never was any."""
    return Catalogue.objects.values_list("stamp", flat=True).first()


def live_release() -> Release | None:
    """Return the release whose films and ratings are shown, if one has been imported; without its long summary."""
    return Release.objects.defer("summary").order_by("-imported_at", "-id").first()


def genres() -> QuerySet[Genre]:
    """Return every genre that has a film, by name."""
    used = Movie.genres.through.objects.filter(genre=OuterRef("pk"))
    return Genre.objects.filter(Exists(used)).order_by("name")


def genres_called(words: str) -> list[Genre]:
    """Return the genres whose name has these letters in it: "noir" is in Film-Noir."""
    return [genre for genre in genres() if words.casefold() in genre.name.casefold()]


def tag_called(name: str) -> Tag | None:
    """Return the tag of that name, in whatever case, if there is one."""
    # PostgreSQL takes no text with this character in it.
    return None if "\0" in name else Tag.objects.filter(folded=name.casefold()).first()


def most_used_tags(movie: Movie, limit: int = 12) -> QuerySet[Tag]:
    """Return the tags that most people put on a film, with `uses`."""
    return (
        Tag.objects.filter(taggings__movie=movie).annotate(uses=Count("taggings")).order_by("-uses", "folded")[:limit]
    )


def distribution(movie: Movie) -> list[Bar]:
    """Return how often a film was given ½, 1, … 5 stars, in that order; empty while nobody rated it."""
    counts = dict(StarCount.objects.filter(movie=movie).values_list("half_stars", "people"))
    most = max(counts.values(), default=0)
    if not most:
        return []
    return [Bar(half / 2, counts.get(half, 0), counts.get(half, 0) / most) for half in range(1, 11)]
