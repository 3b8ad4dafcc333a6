"""Puts films on cards: with the reader's own stars, what they would probably give, and why they are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.selectors import hidden_movie_ids, ratings_of
from catalog.models import Movie, Rater, Rating
from catalog.templatetags.stars import halves, star_words
from recommendations import serving
from recommendations.serving import Prediction, Reason, RecommendedMovie, SimilarMovie

register = template.Library()

SIMILAR = 12


_LIT, _CHECKED = mark_safe(' class="lit"'), mark_safe(" checked")  # nobody's words are in them
# A page has hundreds of these: written here, they take a tenth of what the template language takes.
_STAR = '<input type="radio" id="stars-{}-{}" name="stars" value="{}" aria-label="{}" title="{}" required{}{}>'


@dataclass(frozen=True, slots=True)
class Card:
    """A film as one reader sees it."""

    movie: Movie
    rating: Rating | None
    hidden: bool
    prediction: Prediction | None
    reasons: Sequence[Reason] = ()

    @property
    def stars(self) -> SafeString:
        """The ten half stars that the film can be given, lowest first; those within the predicted stars are lit."""
        chosen = self.rating.half_stars if self.rating else 0
        lit = round(self.prediction.stars * 2) if self.prediction else 0
        return format_html_join("\n", _STAR, (self._star(n, n <= lit, n == chosen) for n in range(1, 11)))

    def _star(self, half_stars: int, is_lit: bool, is_chosen: bool) -> tuple[int | str, ...]:
        words = star_words(half_stars / 2)
        marks = _LIT if is_lit else "", _CHECKED if is_chosen else ""
        return self.movie.pk, half_stars, f"{half_stars / 2}", words, words, *marks

    @property
    def own(self) -> str:
        """The own rating in figures: 4½."""
        return halves(self.rating.stars) if self.rating else ""


@register.simple_tag(takes_context=True)
def cards(context: Context, films: Iterable[Movie | RecommendedMovie | SimilarMovie | Rating]) -> list[Card]:
    """Return a card for each film, with as many queries for a hundred as for one."""
    shown = list(films)
    movies = [film if isinstance(film, Movie) else film.movie for film in shown]
    rater = reader(context["request"])
    if rater is None:
        return [Card(movie, None, False, None) for movie in movies]
    own = {rating.movie_id: rating for rating in ratings_of(rater).filter(movie__in=movies)}
    hidden = hidden_movie_ids(rater)
    predicted = serving.predict(rater, movies)
    return [
        Card(movie, own.get(movie.pk), movie.pk in hidden, _personal(predicted.get(movie.pk)), _reasons(film))
        for movie, film in zip(movies, shown, strict=True)
    ]


@register.simple_tag(takes_context=True)
def card(context: Context, movie: Movie) -> Card:
    """Return the card of one film."""
    return cards(context, [movie])[0]


@register.simple_tag
def similar(movie: Movie) -> list[SimilarMovie]:
    """Return the films that the people who like `movie` like too."""
    return serving.similar(movie, n=SIMILAR)


@register.filter
def spoken(recommender: str) -> str:
    """Return the name of a recommender as it is said: item knn."""
    return recommender.replace("_", " ")


def reader(request: HttpRequest) -> Rater | None:
    """Return whoever reads the page, if they are signed in."""
    return request.user.rater if request.user.is_authenticated else None


def _personal(prediction: Prediction | None) -> Prediction | None:
    """Keep a prediction that rests on own ratings; everybody's average is shown as what it is."""
    return prediction if prediction and prediction.support else None


def _reasons(film: object) -> Sequence[Reason]:
    return film.reasons if isinstance(film, RecommendedMovie) else ()
