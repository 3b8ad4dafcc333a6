"""The pages on which people bring their ratings from elsewhere: choose a file, look at what it holds, bring it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from allauth.core.ratelimit import consume
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guests import rater_of, rater_or_guest
from accounts.importing import store
from accounts.importing.match import suggestions
from accounts.importing.parse import MOST_BYTES, TOO_LARGE, FileRefused, Scale, read
from accounts.importing.pending import NoRoom, Pending, PendingFiles
from accounts.importing.plan import Choices, Plan, make_plan
from accounts.models import RatingImport, random_token
from catalog.models import Movie, Rater

FIRST_LINES = 10
OPEN_ON_A_PAGE = 20
IMPORTS_SHOWN = 10
TOO_LONG = "That is too much to paste: please save it as a file, and bring the file."
_SHORT_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
TOO_OFTEN = "You have brought many files in a short time. Please wait an hour, and bring the next one then."
GONE = "This file is no longer kept here: please choose it again."


class BringForm(forms.Form):
    """A file, or the text of one."""

    file = forms.FileField(required=False, allow_empty_file=True, label="Your file")
    text = forms.Field(required=False, label="Or paste what is in it", widget=forms.Textarea(attrs={"rows": 6}))

    def clean(self) -> dict[str, Any]:
        """Return what was brought as `name` and `data`, or say that nothing was."""
        given: dict[str, Any] = super().clean() or {}
        file, text = given.get("file"), given.get("text") or ""
        if file is None and not text.strip():
            self.add_error("file", "Please choose a file, or paste what is in it.")
        given["name"], given["data"] = (file.name, file.read()) if file else ("", text.encode())
        return given


class AtMostOneFile(FileUploadHandler):
    """Lets files of MOST_BYTES in all come in; of what is larger nothing is kept, on disk or in memory."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass bytes on to where Django keeps them, unless there are too many by now."""
        self.received += len(raw_data)
        if self.received > MOST_BYTES:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to whoever kept its bytes."""


# How much is read is decided before anything is read, and so before the token of the form is.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def bring_ratings(request: HttpRequest) -> HttpResponseBase:
    """Offer to bring ratings from elsewhere, and read the file that is sent."""
    limit = AtMostOneFile(request)
    request.upload_handlers.insert(0, limit)
    try:
        return _bring_ratings(request, limit)
    except RequestDataTooBig:
        return _offer(request, BringForm(), refused=TOO_LONG)


@csrf_protect
def _bring_ratings(request: HttpRequest, limit: AtMostOneFile) -> HttpResponseBase:
    if request.method != "POST":
        return _offer(request, BringForm())
    form = BringForm(request.POST, request.FILES)
    if limit.received > MOST_BYTES:
        return _offer(request, form, refused=TOO_LARGE)
    if not form.is_valid():
        return _offer(request, form, refused=str(form.errors["file"][0]))
    if not consume(request, action="bring_ratings"):
        return _offer(request, form, refused=TOO_OFTEN)
    try:
        brought = read(form.cleaned_data["name"], form.cleaned_data["data"])
        _files().make_room(now=timezone.now())
    except (FileRefused, NoRoom) as refused:
        return _offer(request, form, refused=str(refused))
    pending = Pending(random_token(), form.cleaned_data["name"], brought, Choices(brought.scale))
    _files().keep(rater_or_guest(request), pending, now=timezone.now())
    return redirect("bring-ratings-preview", pending.token)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what a file would change, take its owner's choices, and bring it when asked to."""
    rater = rater_of(request)
    pending = _files().find(rater, token, now=timezone.now()) if rater else None
    if rater is None or pending is None:
        return _gone(request, rater, token)
    if request.method != "POST":
        return _show(request, rater, pending)
    pending = replace(pending, choices=_choices(request.POST, pending))
    if request.POST.get("do") == "bring":
        record = store.apply(rater=rater, pending=pending, at=timezone.now())
        _files().forget(rater, token)
        return redirect("rating-import", record.pk)
    _files().keep(rater, pending, now=timezone.now())
    page = request.POST.get("page", "")
    query = {"page": page} if page.isdecimal() else {}
    return redirect(reverse("bring-ratings-preview", args=[token], query=query, fragment="open" if query else None))


@require_safe
def rating_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what came of an import."""
    record = get_object_or_404(RatingImport, pk=pk, rater=rater_of(request))
    return render(request, "accounts/rating_import.html", {"record": record, "report": record.report})


@require_POST
def undo_rating_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    record = get_object_or_404(RatingImport.objects.select_related("rater"), pk=pk, rater=rater_of(request))
    store.undo(record=record, at=timezone.now())
    messages.success(request, "Taken back: your ratings are as they were before, but for what you changed since.")
    return redirect("rating-import", record.pk)


def _files() -> PendingFiles:
    return PendingFiles(Path(settings.VAR_DIR, "imports"))


def _offer(request: HttpRequest, form: BringForm, refused: str = "") -> HttpResponse:
    rater = rater_of(request)
    imports = RatingImport.objects.filter(rater=rater)[:IMPORTS_SHOWN] if rater else []
    context = {"form": form, "refused": refused, "imports": imports}
    return render(request, "accounts/bring_ratings.html", context, status=422 if refused else 200)


def _gone(request: HttpRequest, rater: Rater | None, token: str) -> HttpResponse:
    """Lead to what came of a file that was brought already, else to where it can be chosen again."""
    record = RatingImport.objects.filter(rater=rater, report__token=token).first() if rater else None
    if record is not None:
        return redirect("rating-import", record.pk)
    messages.error(request, GONE)
    return redirect("bring-ratings")


def _show(request: HttpRequest, rater: Rater, pending: Pending) -> HttpResponse:
    plan = make_plan(rater, pending.brought.rows, pending.choices)
    lines = [*plan.different, *plan.new, *plan.same][:FIRST_LINES]
    films = Movie.objects.in_bulk([line.movie_id for line in lines])
    context = {
        "pending": pending,
        "plan": plan,
        "scales": list(Scale),
        "lines": [(line, films[line.movie_id]) for line in lines],
        "open": _open_page(plan, pending, request.GET.get("page")),
    }
    return render(request, "accounts/bring_ratings_preview.html", context)


def _open_page(plan: Plan, pending: Pending, number: str | None) -> Page[dict[str, Any]]:
    """Return a page of the rows that have found no film by themselves, with the films they may mean."""
    places = sorted({*plan.open, *(place for place in pending.choices.picks if place in plan.matches.films)})
    page: Page[Any] = Paginator(places, OPEN_ON_A_PAGE).get_page(number)
    rows = {place: pending.brought.rows[place] for place in page.object_list}
    near = suggestions(rows, plan.matches)
    picked = Movie.objects.in_bulk([film for place, film in pending.choices.picks.items() if place in rows])
    page.object_list = [
        {
            "place": place,
            "row": row,
            "films": _with(near[place], picked.get(pending.choices.picks.get(place, 0))),
            "picked": pending.choices.picks.get(place),
        }
        for place, row in rows.items()
    ]
    return page


def _with(films: list[Movie], picked: Movie | None) -> list[Movie]:
    return films if picked is None or picked in films else [picked, *films]


def _choices(sent: QueryDict, pending: Pending) -> Choices:
    """Return what was chosen, where it makes sense; what was chosen on other pages of the open rows stays."""
    scale = sent.get("scale", "")
    is_known = pending.brought.scale_is_guessed and scale in set(Scale)
    return Choices(
        scale=Scale(scale) if is_known else pending.choices.scale,
        replaces=sent.get("replaces") == "yes",
        fills_watchlist=sent.get("watchlist") == "yes",
        picks={place: film for place, film in dict(_picks(sent, pending)).items() if film},
    )


def _picks(sent: QueryDict, pending: Pending) -> Iterator[tuple[int, int]]:
    """Yield (row's place, film's key) of what was picked before and what is picked now; 0 is no film."""
    yield from pending.choices.picks.items()
    for name, value in sent.items():
        place = name.removeprefix("pick-")
        if place != name and _SHORT_NUMBER.fullmatch(place) and _SHORT_NUMBER.fullmatch(str(value) or "0"):
            yield int(place), int(str(value) or 0)
