"""Puts films on cards: with the reader's own stars, what they would probably give, and why they are shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from accounts.guests import rater_of
from accounts.selectors import hidden_movie_ids, is_muted, watched_among
from catalog.models import Movie, Rater, Rating
from catalog.templatetags.stars import halves, star_words
from recommendations import serving
from recommendations.serving import Outlook, Prediction, Reason, RecommendedMovie, Shelf, SimilarMovie

register = template.Library()

SIMILAR = 12
Film = Movie | RecommendedMovie | SimilarMovie | Rating

# A page has hundreds of these: put together here, they take a hundredth of what the template language takes.
_LIT, _CHECKED = ' class="lit"', " checked"
_STARS = [
    f'-{n}" name="stars" value="{n / 2}" aria-label="{star_words(n / 2)}" title="{star_words(n / 2)}" required'
    for n in range(1, 11)
]


@dataclass(frozen=True, slots=True)
class Card:
    """A film as one reader sees it."""

    movie: Movie
    rating: Rating | None
    hidden: bool
    prediction: Prediction | None
    reasons: Sequence[Reason] = ()
    watched: bool = False
    muted: bool = False
    shown_before: bool = False

    @property
    def stars(self) -> SafeString:
        """The ten half stars that the film can be given, lowest first; those within the predicted stars are lit."""
        chosen = self.rating.half_stars if self.rating else 0
        lit = round(self.prediction.stars * 2) if self.prediction else 0
        begin = f'<input type="radio" id="stars-{int(self.movie.pk)}'
        stars = [
            f"{begin}{star}{_LIT if n <= lit else ''}{_CHECKED if n == chosen else ''}>"
            for n, star in enumerate(_STARS, start=1)
        ]
        return mark_safe("\n".join(stars))  # noqa: S308  # it holds numbers and our own words

    @property
    def genres(self) -> str:
        """The film's genres in a row: Crime · Drama."""
        return " · ".join(genre.name for genre in self.movie.genres.all())

    @property
    def own(self) -> str:
        """The own rating in figures: 4½."""
        return halves(self.rating.stars) if self.rating else ""


@dataclass(frozen=True, slots=True)
class LikeChoice:
    """One way to look for films like a film: what its link says and leads to, and whether it is the chosen one."""

    words: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FilmPage:
    """A film and those like it as one reader sees them; visitors have no outlook."""

    card: Card
    outlook: Outlook | None
    similar: Sequence[Card]
    like: Sequence[LikeChoice]


@register.simple_tag(takes_context=True)
def cards(context: Context, films: Iterable[Film]) -> list[Card]:
    """Return a card for each film, with as many queries for a hundred as for one."""
    shown, rater = list(films), rater_of(context["request"])
    if rater is None:
        return [Card(_movie(film), None, False, None) for film in shown]
    # A list says itself what its films would be given.
    predicted = {film.movie.pk: film.prediction for film in shown if isinstance(film, RecommendedMovie)}
    others = [_movie(film) for film in shown if not isinstance(film, RecommendedMovie)]
    return _cards(rater, shown, predicted | serving.predict(rater, others))


@register.simple_tag(takes_context=True)
def card(context: Context, movie: Movie) -> Card:
    """Return the card of one film."""
    return cards(context, [movie])[0]


@register.simple_tag(takes_context=True)
def shelf_cards(context: Context, shelves: Sequence[Shelf]) -> list[tuple[Shelf, list[Card]]]:
    """Return each shelf with its cards, with as many queries for many shelves as for one."""
    made = iter(cards(context, [film for shelf in shelves for film in shelf.films]))
    return [(shelf, list(islice(made, len(shelf.films)))) for shelf in shelves]


@register.simple_tag(takes_context=True)
def film_page(context: Context, movie: Movie) -> FilmPage:
    """Return what the reader is told of a film and of those that the people who like it like too."""
    rater, ways = rater_of(context["request"]), serving.ways_of_likeness(movie)
    asked = context["request"].GET.get("like", "")
    like = next((way for way in ways if way.value == asked), ways[0])
    around = serving.around_film(movie, rater, n=SIMILAR, like=like)
    if rater is None:
        own, *others = cards(context, [movie, *around.similar])
    else:
        own, *others = _cards(rater, [movie, *around.similar], around.predictions)
    return FilmPage(own, around.outlook, others, [LikeChoice(way.words, way.value, way is like) for way in ways])


def _cards(rater: Rater, films: Sequence[Film], predicted: Mapping[int, Prediction | None]) -> list[Card]:
    movies = [_movie(film) for film in films]
    rated = Rating.objects.filter(rater=rater, movie__in=movies).annotate(muted=is_muted(rater))
    own, hidden = {rating.movie_id: rating for rating in rated}, hidden_movie_ids(rater)
    watched = watched_among(rater, movies)
    return [
        Card(
            movie,
            own.get(movie.pk),
            movie.pk in hidden,
            _personal(predicted.get(movie.pk)),
            _reasons(film),
            movie.pk in watched,
            muted=movie.pk in own and own[movie.pk].muted,
            shown_before=isinstance(film, RecommendedMovie) and film.shown_before,
        )
        for movie, film in zip(movies, films, strict=True)
    ]


@register.filter
def called(recommender: str) -> str:
    """Return who it is that chooses, as the page says on which one can choose them: The director."""
    return serving.CREW[recommender].title if recommender in serving.CREW else spoken(recommender)


@register.filter
def spoken(recommender: str) -> str:
    """Return the name of a recommender as it is said: item knn."""
    return recommender.replace("_", " ")


def _movie(film: Film) -> Movie:
    return film if isinstance(film, Movie) else film.movie


def _personal(prediction: Prediction | None) -> Prediction | None:
    """Keep a prediction that rests on own ratings; everybody's average is shown as what it is."""
    return prediction if prediction and prediction.support else None


def _reasons(film: object) -> Sequence[Reason]:
    return film.reasons if isinstance(film, RecommendedMovie) else ()
