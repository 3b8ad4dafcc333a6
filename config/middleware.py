"""What happens to requests before any view sees them."""

from django.http import HttpResponsePermanentRedirect
from django.middleware import common


class PermanentRedirect(HttpResponsePermanentRedirect):
    """Sends on with the same method and body: after a 301 most programs would send a GET instead."""

    status_code = 308


class CommonMiddleware(common.CommonMiddleware):
    """Django's, which adds a missing slash; what is posted without one arrives as well."""

    response_redirect_class = PermanentRedirect
