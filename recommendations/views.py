"""The home page: films for whoever reads it, and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guests import is_looking
from catalog import selectors
from catalog.models import Movie, Rater
from recommendations import serving

LIST_SIZE = 25
WELL_KNOWN = 12
ENOUGH_RATINGS = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show a person's list, and to visitors what this is."""
    if not request.user.is_authenticated:
        return render(request, "recommendations/welcome.html", {"films": Movie.objects.best_known()[:LIST_SIZE]})
    rater = request.user.rater
    slug = request.GET.get("genre", "")
    genres = list(selectors.genres())
    genre = next((genre for genre in genres if genre.slug == slug), None)
    found = serving.recommend(rater, n=LIST_SIZE + WELL_KNOWN, genre=genre.name if genre else None)
    # Whoever gives the fifth rating in place still has the first films on the page.
    starting = found.rated < ENOUGH_RATINGS or "start" in request.GET
    well_known = _well_known(rater) if starting else []
    films = [film for film in found.films if film.movie not in well_known][:LIST_SIZE]
    if is_looking(request):
        serving.note_shown(rater, (film.movie.pk for film in films), on=timezone.localdate())
    context = {
        "recommendations": found,
        "films": films,
        "run": serving.live_run(),
        "genres": genres,
        "genre": genre.slug if genre else "",
        "enough": ENOUGH_RATINGS,
        "well_known": well_known,
    }
    return render(request, "recommendations/home.html", context)


def _well_known(rater: Rater) -> list[Movie]:
    """Return films that most people have seen, for a first few ratings."""
    unwanted = Movie.objects.exclude(ratings__rater=rater).exclude(hidden_by__rater=rater)
    return list(unwanted.best_known()[:WELL_KNOWN])
