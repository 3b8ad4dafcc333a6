"""Who lets others see how alike their tastes are. Nobody does unless they have said so."""

from django.db.models import F, QuerySet

from accounts.models import User


def share_taste(*, user: User, shares: bool) -> None:
    """Share `user`'s taste with those who share theirs, or stop; stopping hides it at once."""
    User.objects.filter(pk=user.pk).update(shares_taste=shares)
    user.shares_taste = shares


def sharing_with(user: User) -> QuerySet[User]:
    """Return the others whose taste `user` may see, latest sign-in first: nobody to those who do not share."""
    if not user.shares_taste:
        return QuerySet(User).none()
    others: QuerySet[User] = QuerySet(User).filter(shares_taste=True, is_active=True).exclude(pk=user.pk)
    return others.select_related("rater").order_by(F("last_login").desc(nulls_last=True), "pk")
