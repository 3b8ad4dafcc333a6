"""People with an account or without, and what they keep besides ratings: all of it hangs on the rater."""

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from knox.models import AuthToken

from catalog.models import Movie, Rater

DEMO_LIFETIME = timedelta(days=1)


def random_token() -> str:
    """Return what only those know who were given it: 128 random bits that fit into an address."""
    return secrets.token_urlsafe(16)


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
    shares_taste = models.BooleanField(
        default=False, db_default=False, help_text="Others who share theirs may see how alike their tastes are."
    )

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta(AbstractUser.Meta):
        verbose_name, verbose_name_plural = "account", "accounts"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account, with a rater of its own from the first time on; a new password ends all API tokens.

        Django forgets the raw password once it is stored, and ends the sessions by itself.
        """
        has_new_password = getattr(self, "_password", None) is not None and not self._state.adding
        if self.rater_id is None:
            self.rater = Rater.objects.create(trains=not self.is_demo)
        super().save(*args, **kwargs)
        if has_new_password:
            AuthToken.objects.filter(user=self).delete()


class Guest(models.Model):
    """A visitor without an account, known by the session. Signing up gives the rater an account and ends this."""

    SESSION_KEY = "guest"

    rater = models.OneToOneField(Rater, models.CASCADE, primary_key=True, related_name="guest")
    seen_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"guest {self.rater.public_id}"


class AboutMovie(models.Model):
    """What somebody keeps about a film besides stars: one row for both of them."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="+", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="+")

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["rater", "movie"], name="%(class)s_once")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.movie_id}"


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


class WatchlistEntry(AboutMovie):
    """A film that somebody wants to see."""

    added_at = models.DateTimeField(db_default=Now())

    class Meta(AboutMovie.Meta):
        ordering = ["-added_at", "-id"]
        verbose_name_plural = "watchlist entries"


class MutedRating(AboutMovie):
    """A rating that says nothing about its owner's taste: it stays a rating, and no list is made from it."""

    muted_at = models.DateTimeField(db_default=Now())


class PickedMovie(AboutMovie):
    """A film of a taste group that a newcomer picked: it speaks for its kind until there are enough ratings."""


class ShownMovie(AboutMovie):
    """On how many days a film was recommended to somebody who did nothing about it."""

    days = models.PositiveSmallIntegerField(default=1)
    last_shown_on = models.DateField()
    brought_back = models.BooleanField(default=False, help_text="Its owner wants to be shown it all the same.")


class TasteSettings(models.Model):
    """How somebody's list is made, where it is not as for everybody. Sliders go from -2 to 2, 0 is the middle."""

    rater = models.OneToOneField(Rater, models.CASCADE, primary_key=True, related_name="taste_settings")
    obscurity = models.SmallIntegerField(default=0, help_text="From well-known films to hidden gems.")
    adventure = models.SmallIntegerField(default=0, help_text="From the familiar to the adventurous.")
    age = models.SmallIntegerField(default=0, help_text="From old films to new ones.")
    recommender = models.CharField(max_length=40, blank=True, help_text="Empty: the site's own choice.")
    last_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Only ratings of so many years.")

    class Meta:
        verbose_name_plural = "taste settings"
        constraints = [
            models.CheckConstraint(condition=Q(**{f"{slider}__range": (-2, 2)}), name=f"{slider}_has_five_steps")
            for slider in ("obscurity", "adventure", "age")
        ]

    def __str__(self) -> str:
        return f"taste settings of {self.rater_id}"


class FilmList(models.Model):
    """A list of films with a name, made by hand. Whoever knows the address of a shared one may read it."""

    owner = models.ForeignKey(Rater, models.CASCADE, related_name="film_lists")
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True, max_length=2_000)
    token = models.CharField(max_length=32, unique=True, default=random_token, editable=False)
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="a_name_for_each_list")]

    def __str__(self) -> str:
        return self.name


class ListedMovie(models.Model):
    """A film on a list, and where."""

    film_list = models.ForeignKey(FilmList, models.CASCADE, related_name="entries", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["place", "id"]
        constraints = [models.UniqueConstraint(fields=["film_list", "movie"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.movie_id} on {self.film_list}"


class MovieNight(models.Model):
    """Several people who look for one film. Whoever knows the link may join, guests too."""

    class Rule(models.TextChoices):
        AVERAGE = "average", "what the group likes best together"
        LEAST_MISERY = "least_misery", "what nobody dislikes"

    token = models.CharField(max_length=32, unique=True, default=random_token, editable=False)
    name = models.CharField(max_length=100)
    host = models.ForeignKey(Rater, models.CASCADE, related_name="movie_nights")
    rule = models.CharField(max_length=12, choices=Rule, default=Rule.AVERAGE)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """Somebody at a movie night, under the name that the others see."""

    night = models.ForeignKey(MovieNight, models.CASCADE, related_name="seats", db_index=False)
    rater = models.ForeignKey(Rater, models.CASCADE, related_name="seats")
    name = models.CharField(max_length=60)
    joined_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [models.UniqueConstraint(fields=["night", "rater"], name="one_seat_each")]

    def __str__(self) -> str:
        return self.name


class RatingImport(models.Model):
    """A file of ratings that somebody brought from elsewhere: what came of it, and that it can be undone."""

    rater = models.ForeignKey(Rater, models.CASCADE, related_name="rating_imports")
    source = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200, blank=True)
    replaces = models.BooleanField(default=False, help_text="Whether own ratings gave way to those of the file.")
    report = models.JSONField(default=dict)
    imported_at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-imported_at", "-id"]

    def __str__(self) -> str:
        return f"{self.source}, {self.imported_at:%Y-%m-%d}"


class ImportedRating(models.Model):
    """A rating that an import gave or changed, and what was there before."""

    rating_import = models.ForeignKey(RatingImport, models.CASCADE, related_name="changes", db_index=False)
    movie = models.ForeignKey(Movie, models.CASCADE, related_name="+")
    half_stars = models.PositiveSmallIntegerField()
    half_stars_before = models.PositiveSmallIntegerField(null=True)
    rated_at_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rating_import", "movie"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.movie_id}: {self.half_stars / 2}"
