"""What happens to requests before any view sees them."""

import logging
from collections.abc import Callable
from functools import cached_property

from csp import constants
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.middleware import common
from django.urls import reverse

from config.authentication import bearer_of
from recommendations.store import SOUGHT, StoreUnavailable, answers, question

logger = logging.getLogger(__name__)


class PermanentRedirect(HttpResponsePermanentRedirect):
    """Sends on with the same method and body: after a 301 most programs would send a GET instead."""

    status_code = 308


class CommonMiddleware(common.CommonMiddleware):
    """Django's, which adds a missing slash; what is posted without one arrives as well."""

    response_redirect_class = PermanentRedirect


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp's, which words the policy of the settings once instead of twice for each answer."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the header; an answer or a page with wishes of its own is left to django-csp."""
        has_wishes = any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
        if has_wishes or settings.DEBUG:
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response.headers.setdefault(constants.HEADER, self._policy)
        return response

    @cached_property
    def _policy(self) -> str:
        return str(build_policy())


class KeptAnswers:
    """Gives the recommendations that somebody was given a moment ago again, to whoever comes with their token.

    It stands behind what guards every answer (hosts, HTTPS, headers) and before what only pages need. The token, the
    person's taste and the live run are looked up each time; whatever is not kept goes on to the view, which keeps it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from what is kept, or let the others answer."""
        is_list = request.path == self._path and request.method == "GET"
        kept = self._kept(request) if is_list and settings.REDIS_URL else None
        if kept is None:
            return self._get_response(request)
        return HttpResponse(kept, content_type="application/json", headers={"Cache-Control": "no-store"})

    @cached_property
    def _path(self) -> str:
        return reverse("api:recommendations")

    def _kept(self, request: HttpRequest) -> bytes | None:
        bearer = bearer_of(request.META.get("HTTP_AUTHORIZATION", ""))
        if bearer is None:
            return None
        asked = question(bearer.run, bearer.taste_version, request.META.get("QUERY_STRING", ""))
        vars(request)[SOUGHT] = True
        try:
            return answers(settings.REDIS_URL).get(bearer.public_id, asked)
        except StoreUnavailable:
            logger.warning("A recent answer could not be read")
            return None
