"""The pages of movie nights: make one, join it by its link, and see films that suit everybody there."""

import zlib
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HTMX_STOP_POLLING

from accounts import nights as services
from accounts.guests import acting, rater_of, rater_or_guest
from accounts.models import MovieNight, Seat
from accounts.nights import NightRefused
from accounts.personal import unlisted
from accounts.picks import ENOUGH_RATINGS
from accounts.selectors import well_known_to_rate
from accounts.views import HtmxRequest
from catalog.models import Rater
from recommendations.insight.forms import NightForm, SeatForm
from recommendations.serving.group import together
from recommendations.serving.live import live_models

A_PAGE = 24
FILMS_OF_A_NIGHT = 15
WELL_KNOWN = 6
POLL_SECONDS = 20
# Whoever leaves the page open overnight does not ask until the morning.
POLL_FOR_SECONDS = 30 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def nights(request: HttpRequest) -> HttpResponseBase:
    """Show the nights that the reader hosts or sits at, and make a new one."""
    form = NightForm(request.POST if request.method == "POST" else None, initial={"your_name": _account_name(request)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            host = rater_or_guest(request)
            night = services.make_night(host=host, name=said["name"], host_name=said["your_name"])
        except NightRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("night", night.token)
    rater = rater_of(request)
    mine = MovieNight.objects.filter(seats__rater=rater) if rater else ()
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "nights": page, "reader_key": rater.pk if rater else None}
    return render(request, "recommendations/nights.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@unlisted
def night(request: HtmxRequest, token: str) -> HttpResponseBase:
    """Show a movie night; to htmx only its films, and nothing while nothing has changed."""
    found = MovieNight.objects.filter(token=token).first()
    if found is None and request.htmx:
        return render(request, "recommendations/night_over.html", status=HTMX_STOP_POLLING)
    if found is None:
        raise Http404
    seats = list(found.seats.select_related("rater"))
    rater = rater_of(request)
    own = next((seat for seat in seats if rater and seat.rater_id == rater.pk), None)
    since, version = _since(request), _version(found, seats)
    asks = timezone.now().timestamp() - since < POLL_FOR_SECONDS
    if request.htmx and asks and own and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    context = _night(found, seats, own, rater) | {
        "asks": asks,
        "poll": f"{reverse('night', args=[token])}?since={since}&seen={version}",
        "every": POLL_SECONDS,
    }
    if request.htmx:
        status = 200 if asks and own else HTMX_STOP_POLLING
        return render(request, "recommendations/night_now.html", context, status=status)
    return render(request, "recommendations/night.html", context | _welcome(request, own, rater))


@require_POST
def join(request: HttpRequest, token: str) -> HttpResponseBase:
    """Take a seat, or another name for it."""
    found = get_object_or_404(MovieNight, token=token)
    form = SeatForm(request.POST)
    if form.is_valid():
        try:
            # Who is refused a seat has done nothing yet.
            with acting(request) as newcomer:
                services.take_seat(night=found, rater=newcomer, name=form.cleaned_data["your_name"])
        except NightRefused as refused:
            form.add_error("your_name", str(refused))
        else:
            return redirect("night", token)
    seats, rater = list(found.seats.select_related("rater")), rater_of(request)
    own = next((seat for seat in seats if rater and seat.rater_id == rater.pk), None)
    context = _night(found, seats, own, rater) | _welcome(request, own, rater) | {"form": form}
    return render(request, "recommendations/night.html", context, status=422)


@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponseBase:
    """Give the reader's seat up."""
    found, rater = get_object_or_404(MovieNight, token=token), rater_of(request)
    if rater is None:
        return redirect("night", token)
    try:
        services.leave(night=found, rater=rater)
    except NightRefused as refused:
        messages.error(request, str(refused))
        return redirect("night", token)
    messages.success(request, f"You have left {found.name}.")
    return redirect("nights")


@require_POST
def rule(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let the host choose how films are found."""
    found = _hosted(request, token)
    try:
        services.set_rule(night=found, rule=request.POST.get("rule", ""))
    except NightRefused as refused:
        messages.error(request, str(refused))
    return redirect("night", token)


@require_POST
def free(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let the host take somebody off the night."""
    found, seat = _hosted(request, token), request.POST.get("seat", "")
    name = (
        services.free_seat(night=found, seat=int(seat)) if seat.isascii() and seat.isdigit() and len(seat) < 19 else ""
    )
    if name:
        messages.success(request, f"{name} is off the night.")
    return redirect("night", token)


@require_POST
def end(request: HttpRequest, token: str) -> HttpResponseBase:
    """Let the host end the night."""
    found = _hosted(request, token)
    services.end_night(night=found)
    messages.success(request, f"{found.name} has ended. Everybody keeps what they rated.")
    return redirect("nights")


def _hosted(request: HttpRequest, token: str) -> MovieNight:
    """Return the night if the reader is its host; to everybody else what only hosts can do is not there."""
    rater = rater_of(request)
    if rater is None:
        raise Http404
    return get_object_or_404(MovieNight, token=token, host=rater)


def _night(night: MovieNight, seats: list[Seat], own: Seat | None, rater: Rater | None) -> dict[str, Any]:
    """Return what the page says of a night; its films only to those who have a seat."""
    context: dict[str, Any] = {
        "night": night,
        "seats": seats,
        "own": own,
        "hosts": bool(rater and night.host_id == rater.pk),
        "rules": MovieNight.Rule.choices,
    }
    if own is not None:
        found = together([seat.rater for seat in seats], rule=night.rule, n=FILMS_OF_A_NIGHT)
        context["personal"] = found.personal
        context["films"] = [(film.movie, list(zip(seats, film.voices, strict=True))) for film in found.films]
    return context


def _welcome(request: HttpRequest, own: Seat | None, rater: Rater | None) -> dict[str, Any]:
    """Return what a newcomer is asked: a name, and then a few stars for films that most people have seen."""
    if own is None or rater is None:
        return {"form": SeatForm(initial={"your_name": _account_name(request)})}
    link = request.build_absolute_uri(reverse("night", args=[own.night.token]))
    if rater.ratings.count() >= ENOUGH_RATINGS:
        return {"link": link}
    return {"link": link, "well_known": well_known_to_rate(rater, WELL_KNOWN)}


def _account_name(request: HttpRequest) -> str:
    return request.user.username[: services.NAME_LENGTH] if request.user.is_authenticated else ""


def _since(request: HttpRequest) -> int:
    """Return when the page was opened, in seconds since 1970: what it says itself, but never the future."""
    now, said = int(timezone.now().timestamp()), request.GET.get("since", "")
    return min(int(said), now) if said.isascii() and said.isdigit() and len(said) < 12 else now


def _version(night: MovieNight, seats: list[Seat]) -> str:
    """Return a number that is another one as soon as something of the night has changed."""
    models = live_models()
    people = [(seat.pk, seat.name, seat.rater.taste_version) for seat in seats]
    return f"{zlib.crc32(repr((night.name, night.rule, models and models.run, people)).encode()):x}"
