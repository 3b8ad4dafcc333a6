"""What is answered when no view answers: JSON below /api/, a page everywhere else."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views import defaults

from accounts.services import PersonGone
from config import api


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that cannot be read, or comes from somebody who has just gone."""
    if isinstance(exception, PersonGone) and not api.is_for_api(request):
        return render(request, "403_csrf.html", status=400)
    if api.is_for_api(request):
        return api.json_bad_request(request, exception)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer an address that leads nowhere."""
    if api.is_for_api(request):
        return api.json_not_found(request, exception)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer after a mistake of ours."""
    return api.json_server_error(request) if api.is_for_api(request) else defaults.server_error(request)
