"""People with an account, and what they keep besides ratings."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Now

from catalog.models import Movie, Rater

DEMO_LIFETIME = timedelta(days=1)


class UserQuerySet(QuerySet["User"]):
    """Sets of accounts."""

    def expired_demos(self, now: Any) -> "UserQuerySet":
        """Keep the demo accounts that are past their day at `now`."""
        return self.filter(is_demo=True, date_joined__lt=now - DEMO_LIFETIME)


class AccountManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    """Django's way to make accounts, with the sets above."""

    use_in_migrations = False


class User(AbstractUser):
    """An account. It owns one rater, who holds everything that recommendations are made from."""

    rater = models.OneToOneField(Rater, models.PROTECT, related_name="user", editable=False)
    is_demo = models.BooleanField(default=False, help_text="Made by the one-click sign-in; gone within a day.")

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta(AbstractUser.Meta):
        verbose_name = "account"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account, with a rater of its own from the first time on."""
        if self.rater_id is None:
            self.rater = Rater.objects.create(trains=not self.is_demo)
        super().save(*args, **kwargs)


class HiddenMovie(models.Model):
    """A film that somebody does not want to be shown."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="hidden_movies", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="hidden_by")
    hidden_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-hidden_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["rater", "movie"], name="hidden_once")]

    def __str__(self) -> str:
        return f"{self.movie}, hidden"
