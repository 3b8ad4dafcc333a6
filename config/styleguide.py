"""Every component of the pages in every size and state, from the templates that the pages are made of."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views import Done
from catalog.models import Genre, Movie, Numbering, Rating
from catalog.selectors import Bar
from recommendations.serving import Outlook, Prediction, Reason
from recommendations.templatetags.cards import Card

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
THEMES = {"": "as the system has it", "by-day": "by day", "by-night": "by night"}
LONGEST_TITLE = (
    "Night of the Day of the Dawn of the Son of the Bride of the Return of the Revenge of the Terror of the Attack "
    "of the Evil, Mutant, Hellbound, Flesh-Eating Subhumanoid Zombified Living Dead, Part 3"
)
COLOURS = [
    "ground",
    "raised",
    "text",
    "quiet",
    "line",
    "control-line",
    "marquee",
    "on-marquee",
    "lamp",
    "bulb",
    "star-off",
]
SIZES = ["small", "text", "large", "title", "headline", "display"]
SPACES = [1, 2, 3, 4, 6, 8, 12, 16]
SURE, UNSURE = Prediction(4.3, 3.6, 4.9, 41), Prediction(2.8, 1.2, 4.4, 1)
FILMS = 48


@dataclass(frozen=True)
class Specimen:
    """A component in one state.

    Attributes:
        state: the state in words.
        card: what is shown in it.
        refused: what is said of a rating that was refused.
    """

    state: str
    card: Card
    refused: str = ""


class ExampleForm(forms.Form):
    """A field of every kind, two of them filled in wrongly."""

    title = forms.CharField(max_length=100, help_text="As people say it.")
    year = forms.IntegerField(min_value=1874)
    genre = forms.ChoiceField(choices=[("", "Any"), ("drama", "Drama")], required=False)
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="I have seen it")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show all components to the owner's staff and to whoever develops; nobody else finds the page."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    films = _films()
    theme = request.GET.get("theme", "")
    context = {
        "theme": theme if theme in THEMES else "",
        "themes": THEMES,
        "colours": COLOURS,
        "sizes": SIZES,
        "spaces": SPACES,
        "form": ExampleForm({"title": "", "year": "soon", "words": "What was typed stays."}),
        "posters": [next(films) for _ in range(6)],
        "large": [*_states(films, count=1), Specimen("longest title", Card(_called(films), None, False, UNSURE))],
        "medium": list(_states(films)),
        "small": list(_states(films)),
        "outlooks": list(_outlooks(films)),
        "predictions": [SURE, UNSURE, Prediction(5, 5, 5, 9), Prediction(0.5, 0.5, 0.5, 3)],
        "bars": [Bar(half / 2, half**3, half**3 / 1000) for half in range(1, 11)],
        "most_given": Bar(5, 1000, 1),
        "genres": Genre.objects.all()[:6],
        "page": Paginator(range(2000), 24).page(7),
        "done": Done("You gave Heat 4½ stars, and it is off your watchlist.", "unrate", 4.5),
        "movie": next(films),
    }
    return render(request, "styleguide.html", context)


def _states(films: Iterator[Movie], count: int | None = None) -> Iterator[Specimen]:
    """Make a card of the films to come in each state that a film can have, at most `count`."""
    movie, reason = next(films), next(films)
    why = (Reason(reason, 5.0, 0.62), Reason(movie, 3.5, 0.38))
    yield Specimen("foreseen, with reasons", Card(movie, None, False, SURE, why))
    if count == 1:
        return
    yield Specimen("foreseen, hardly sure", Card(next(films), None, False, UNSURE))
    yield Specimen("nothing foreseen", Card(next(films), None, False, None))
    film = next(films)
    yield Specimen("rated", Card(film, Rating(movie=film, half_stars=9, rated_at=NOON), False, SURE))
    yield Specimen("not interested", Card(next(films), None, True, SURE))
    yield Specimen("on the watchlist", Card(next(films), None, False, SURE, watched=True))
    yield Specimen("longest title", Card(_called(films), None, False, UNSURE))
    yield Specimen("refused", Card(next(films), None, False, None), "A rating is ½ to 5 stars, in half stars.")


def _outlooks(films: Iterator[Movie]) -> Iterator[tuple[str, Outlook, Card]]:
    film, reason = next(films), next(films)
    card, why = Card(film, None, False, SURE), (Reason(reason, 5.0, 0.62), Reason(film, 3.5, 0.38))
    yield "foreseen", Outlook(1, 42, False, SURE, why, "hybrid"), card
    yield "without ratings like it", Outlook(1, 3, False, Prediction(3.4, 2.1, 4.6, 0), (), "hybrid"), card
    yield "learned already", Outlook(1, 42, True, None, why, "hybrid"), card
    yield "newer than the last training", Outlook(1), card
    yield "before the first training", Outlook(), card


def _films() -> Iterator[Movie]:
    """Return ever more films, no two with the same key: the best known, then some that are made up."""
    best: Sequence[Movie] = list(Movie.objects.with_genres().best_known()[:FILMS])
    yield from best
    number = max((film.pk for film in best), default=0) + 1_000_000_000
    while True:
        yield Movie(pk=number, numbering=Numbering.SAMPLE, number=number, title="A Film", year=1999)
        number += 1


def _called(films: Iterator[Movie]) -> Movie:
    """Return the next film under the longest title there is."""
    film = copy(next(films))
    film.title = LONGEST_TITLE
    return film
