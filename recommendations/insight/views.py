"""The pages of my statistics and of taste twins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.guests import rater_of
from accounts.sharing import share_taste
from recommendations.insight.statistics import statistics_of
from recommendations.insight.twins import pair, twin_of, twins_of

A_PAGE = 24


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Show what the reader's ratings say, of all time or of one year."""
    rater = rater_of(request)
    asked = request.GET.get("year", "")
    # Any other word than a year is passed over: the page is then about all years.
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None
    found = statistics_of(rater, year=year) if rater else None
    return render(request, "recommendations/statistics.html", {"statistics": found})


@login_required
@require_safe
def twins(request: HttpRequest) -> HttpResponse:
    """Show who shares their taste and how alike it is, to those who share theirs; to others, what sharing means."""
    assert request.user.is_authenticated  # noqa: S101 (for the type checker)
    found, strangers = twins_of(request.user) if request.user.shares_taste else ([], 0)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "recommendations/twins.html", {"twins": page, "strangers": strangers})


@login_required
@require_safe
def twin(request: HttpRequest, username: str) -> HttpResponse:
    """Show what the reader and one other person have in common; not found unless both share."""
    assert request.user.is_authenticated  # noqa: S101 (for the type checker)
    found = twin_of(request.user, username)
    if found is None:
        raise Http404
    context = {"twin": found, "pair": pair(request.user.rater, found.user.rater)}
    return render(request, "recommendations/twin.html", context)


@login_required
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Share the reader's taste, or stop."""
    assert request.user.is_authenticated  # noqa: S101 (for the type checker)
    shares = request.POST.get("shares") == "yes"
    share_taste(user=request.user, shares=shares)
    messages.success(request, "You share your taste now." if shares else "Your taste is private again.")
    return redirect("twins")
