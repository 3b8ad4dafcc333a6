"""Where allauth asks us how accounts are made."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts import guests
from accounts.models import User

TAKEN = "Somebody has just signed up with that name. If it was you, you can sign in."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's own ways, but that a new account keeps what its owner did before."""

    def logout(self, request: HttpRequest) -> None:
        """Sign out; a guest who tried a demo account is the guest again."""
        guest = request.session.get(guests.SESSION_KEY)
        super().logout(request)
        if guest is not None:
            guests.remember(request, guest)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Store a new account; what its owner rated as a visitor is the account's from now on.

        A name that was free a moment ago may have been taken since, most likely by the same button pressed twice.
        """
        try:
            with transaction.atomic():
                came = guests.give_account(request, user)
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError as error:
            messages.info(request, TAKEN)
            raise ImmediateHttpResponse(redirect("account_login")) from error
        guests.forget(request)
        guests.say_what_came_along(request, came)
        return saved
