"""How a request becomes a person: by session or by token, with one query for the account and its rater."""

from functools import lru_cache
from typing import NamedTuple

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.db.models import Q, Subquery
from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from recommendations.models import LiveRun


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend, which brings the rater along: nearly every page needs both."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account that a session belongs to, or None when it is gone or deactivated."""
        user = User.objects.select_related("rater").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]  # knox ships no types
    """knox's tokens, found by their hash in one query.

    knox itself looks through all of a person's tokens at each request, and raises on a token that is not UTF-8.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        """Return the account and its token. Raises AuthenticationFailed with the same words whatever is wrong."""
        digest = hash_token(token.decode("utf-8", "replace"))
        found = AuthToken.objects.select_related("user__rater").filter(digest=digest).first()
        if found is None or not found.user.is_active or (found.expiry and found.expiry < timezone.now()):
            raise AuthenticationFailed("This token is not valid. It may have expired or been revoked.")
        return found.user, found


class Bearer(NamedTuple):
    """Who presents a token, as far as a kept answer depends on it, and which run is live at this moment."""

    public_id: int
    taste_version: int
    run: int | None


def bearer_of(authorization: str) -> Bearer | None:
    """Return whose valid token an Authorization header holds, in one query; None for any other header."""
    words = authorization.split()
    if len(words) != 2 or words[0].lower() != knox_settings.AUTH_HEADER_PREFIX.lower():
        return None
    # WSGI hands bytes over as Latin-1.
    digest = hash_token(words[1].encode("latin-1", "replace").decode("utf-8", "replace"))
    cursor = connection.standing_cursor() if hasattr(connection, "standing_cursor") else connection.cursor()
    cursor.execute(
        _bearer_query(connection.vendor), [digest, connection.ops.adapt_datetimefield_value(timezone.now())]
    )
    row = cursor.fetchone()
    return Bearer(*row) if row else None


@lru_cache
def _bearer_query(vendor: str) -> str:
    """Return the query by a token's digest and the time, which Django writes once: it takes longer than the answer."""
    unexpired = Q(expiry__isnull=True) | Q(expiry__gte=timezone.now())
    found = AuthToken.objects.filter(digest="").filter(unexpired, user__is_active=True)
    run = Subquery(LiveRun.objects.values("run_id")[:1])
    query, _ = found.values_list("user__rater__public_id", "user__rater__taste_version", run).query.sql_with_params()
    return str(query)
