"""How a request becomes a person: by session or by token, with one query for the account and its rater."""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone
from knox.auth import TokenAuthentication as KnoxAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User


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
