"""The pages on which somebody says how their list is made, sees it follow at once, and compares two algorithms."""

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, taste
from accounts.forms import TasteForm
from accounts.guests import rater_of, rater_or_guest
from accounts.taste import Wishes
from accounts.views import HtmxRequest
from catalog.models import Rater, Rating
from catalog.paging import BoundedPaginator
from recommendations import serving

LIST_SIZE = 20
A_PAGE = 12
SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two lists: who made it, and its films, each with its place on the other list."""

    member: serving.Member
    personal: bool
    films: list[tuple[serving.RecommendedMovie, int | None]]


@require_http_methods(["GET", "HEAD", "POST"])
def taste_page(request: HtmxRequest) -> HttpResponseBase:
    """Show how the reader's list is made, and the list; keep what is posted.

    htmx takes the list out of the page that it gets; every other browser is sent to the page once all is kept.
    """
    rater = rater_of(request)
    names = [member.recommender for member in serving.live_crew()]
    form = TasteForm(request.POST if request.method == "POST" else None, initial=_kept(rater), recommenders=names)
    if form.is_bound and form.is_valid():
        rater = rater_or_guest(request)
        taste.steer(rater=rater, wishes=Wishes(**form.cleaned_data))
        if not request.htmx:
            messages.success(request, "Your list is made this way from now on.")
            return redirect("taste")
    return render(request, "recommendations/taste.html", _context(request, form, rater), status=_status(form))


@require_POST
def reset(request: HttpRequest) -> HttpResponseBase:
    """Make the reader's list as everybody's."""
    rater = rater_of(request)
    changed = rater is not None and taste.reset(rater=rater)
    words = "Your list is made as everybody’s again." if changed else "Your list is made as everybody’s already."
    messages.success(request, words)
    return redirect("taste")


@require_POST
def unmute_all(request: HttpRequest) -> HttpResponseBase:
    """Let all of the reader's ratings count again."""
    rater = rater_of(request)
    if rater is not None:
        taste.unmute_all(rater=rater)
    messages.success(request, "All your ratings count again.")
    return redirect("taste")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show the lists that two algorithms make of the same taste, side by side; what is on both is marked."""
    rater, crew = rater_of(request), serving.live_crew()
    known = {member.recommender: member for member in crew}
    asked = [request.GET.get(side, "") for side in SIDES]
    usual = _two(list(known), str(_kept(rater)["recommender"]))
    chosen = [name if name in known else other for name, other in zip(asked, usual, strict=True)]
    sides = _sides(rater, [known[name] for name in chosen if name in known]) if rater else []
    context = {
        "crew": crew,
        "choices": [(side, name, side.capitalize()) for side, name in zip(SIDES, chosen, strict=True)],
        "unknown": [name for name in asked if name and name not in known],
        "sides": sides,
        "common": sum(bool(elsewhere) for _, elsewhere in sides[0].films) if sides else 0,
    }
    return render(request, "recommendations/compare.html", context)


def _kept(rater: Rater | None) -> dict[str, object]:
    """Return the reader's settings as the form shows them."""
    kept = selectors.taste_settings(rater) if rater else None
    return {name: getattr(kept, name) if kept else value for name, value in asdict(taste.AS_EVERYBODY).items()}


def _context(request: HttpRequest, form: TasteForm, rater: Rater | None) -> dict[str, object]:
    wishes = _kept(rater)
    crew = serving.live_crew()
    missing = wishes["recommender"] if wishes["recommender"] not in {"", *(each.recommender for each in crew)} else ""
    muted = selectors.muted_ratings_of(rater) if rater else Rating.objects.none()
    return {
        "form": form,
        "wished": wishes != asdict(taste.AS_EVERYBODY),
        "crew": crew,
        "own": serving.default_member(),
        "missing": missing,
        "found": serving.recommend(rater, n=LIST_SIZE) if rater else None,
        "made_room": serving.made_room(rater, n=A_PAGE) if rater else [],
        "muted": BoundedPaginator(muted, A_PAGE).get_page(request.GET.get("muted")),
    }


def _status(form: TasteForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _two(names: list[str], own: str) -> list[str]:
    """Return the reader's choice, else the site's, and another one, to begin a comparison with."""
    default = serving.default_member()
    ranked = [own, *([default.recommender] if default else []), *reversed(names)]
    return [*dict.fromkeys(name for name in ranked if name in names), "", ""][:2]


def _sides(rater: Rater, members: list[serving.Member]) -> list[Side]:
    found = [serving.recommend(rater, n=LIST_SIZE, recommender=member.recommender) for member in members]
    places = [{film.movie.pk: place for place, film in enumerate(each.films, start=1)} for each in found]
    return [
        Side(member, each.source != "popularity", [(film, other.get(film.movie.pk)) for film in each.films])
        for member, each, other in zip(members, found, reversed(places), strict=True)
    ]
