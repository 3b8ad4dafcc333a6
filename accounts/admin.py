"""The owner's view of accounts, people and ratings.

Whatever changes a rating or ends a person goes through services, so that films' counts stay exact and nothing of
somebody who was deleted is left behind.
"""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.contrib.auth.admin import UserAdmin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import film_lists, selectors, services
from accounts.models import FilmList, User
from catalog.admin import CountedDeletion
from catalog.models import Movie, Rater, Rating
from catalog.paging import BoundedPaginator
from catalog.search import search


class RatingForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A rating, in stars."""

    half_stars = forms.TypedChoiceField(
        label="Stars", coerce=int, choices=[(half, f"{half / 2:g} ★") for half in range(1, 11)]
    )


@admin.register(Rating)
class RatingAdmin(CountedDeletion):
    """Ratings, newest first by key: sorting millions of them by anything else would take too long."""

    form = RatingForm
    list_display = ["rater", "movie", "stars", "when"]
    list_select_related = ["rater__release", "movie"]
    list_per_page = 50
    ordering = ["-pk"]
    sortable_by = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    search_fields = ["movie__title"]
    search_help_text = "A film's title (the best match is shown), or a person's id or number."
    autocomplete_fields = ["rater", "movie"]
    fields = ["rater", "movie", "half_stars", "when"]

    def get_readonly_fields(self, request: HttpRequest, obj: Rating | None = None) -> list[str]:
        """Return what cannot be changed: whose rating it is, and of which film, once it is there."""
        return ["rater", "movie", "when"] if obj else ["when"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Rating], search_term: str
    ) -> tuple[QuerySet[Rating], bool]:
        """Find ratings by their person, or by the film that matches best; both have an index."""
        if search_term.isdecimal():
            return queryset.filter(rater__in=_people_called(int(search_term[:30]))), False
        if search_term:
            return queryset.filter(movie=search(Movie.objects.all(), search_term).first()), False
        return queryset, False

    @admin.display(description="rated at")
    def when(self, rating: Rating) -> str:
        """Return the moment, as the admin shows others."""
        return display_for_value(rating.rated_at, "–") if rating.pk else "–"

    def save_model(self, request: HttpRequest, obj: Rating, form: Any, change: bool) -> None:
        """Give the stars as the person would have given them."""
        rating, _ = services.rate(rater=obj.rater, movie=obj.movie, stars=obj.stars, at=timezone.now())
        obj.pk, obj.rated_at = rating.pk, rating.rated_at

    def delete_model(self, request: HttpRequest, obj: Rating) -> None:
        """Take the rating back."""
        services.unrate(rater=obj.rater, movie=obj.movie)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Rating]) -> None:
        """Take the ratings back."""
        for rating in queryset.select_related("rater", "movie"):
            self.delete_model(request, rating)


class ErasesPeople(CountedDeletion):
    """Deletes people wholly, from whichever side."""

    @abstractmethod
    def raters_of(self, objects: Iterable[Any]) -> QuerySet[Rater]:
        """Return whom `objects` stand for."""

    def goes_along(self, objects: list[Any]) -> dict[str, int]:
        """Return how many ratings go with the people."""
        return {"ratings": Rating.objects.filter(rater__in=self.raters_of(objects)).count()}

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Erase the person."""
        services.erase(raters=self.raters_of([obj]))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Erase the people."""
        services.erase(raters=self.raters_of(queryset))

    @admin.display(description="ratings")
    def ratings_page(self, obj: Any) -> SafeString:
        """Return a link to what the person has rated."""
        rater = self.raters_of([obj]).get()
        address = reverse("admin:catalog_rating_changelist", query={"rater__id__exact": rater.pk})
        return format_html('<a href="{}">{} ratings</a>', address, selectors.rating_count(rater))


@admin.register(Rater)
class RaterAdmin(ErasesPeople):
    """Whoever rates, with an account or from the imported release. People come with one or the other."""

    list_display = ["__str__", "user", "release", "number", "trains", "taste_version"]
    list_filter = ["trains"]
    list_per_page = 50
    ordering = ["pk"]
    sortable_by = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    search_fields = ["user__username"]
    search_help_text = "A person's id, their number in the release, or the name of their account."
    readonly_fields = ["public_id", "user", "release", "number", "taste_version", "ratings_page"]
    fields = [*readonly_fields, "age", "gender", "occupation", "zip_code", "trains"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Rater], search_term: str
    ) -> tuple[QuerySet[Rater], bool]:
        """Find people by a number exactly, by a name in part."""
        if search_term.isdecimal():
            return queryset.filter(pk__in=_people_called(int(search_term[:30]))), False
        return super().get_search_results(request, queryset, search_term)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rater]:
        """Return people with all that their names are made of, for lists and for autocompletion."""
        people: QuerySet[Rater] = super().get_queryset(request)
        return people.select_related("release", "user")

    def raters_of(self, objects: Iterable[Rater]) -> QuerySet[Rater]:
        """Return themselves."""
        return Rater.objects.filter(pk__in=[rater.pk for rater in objects])

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A person without an account or a release could never rate."""
        return False


@admin.register(User)
class AccountAdmin(ErasesPeople, UserAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Accounts. Deleting one erases the person: account, ratings, tags, sessions and tokens."""

    list_display = ["username", "email", "is_active", "is_staff", "is_demo", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "is_demo"]
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    readonly_fields = ["is_demo", "last_login", "date_joined", "ratings_page"]
    fieldsets = [
        (None, {"fields": ["username", "email", "password"]}),
        ("What they may do", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("What is known", {"fields": ["is_demo", "date_joined", "last_login", "ratings_page"]}),
    ]

    def raters_of(self, objects: Iterable[User]) -> QuerySet[Rater]:
        """Return whom the accounts own."""
        return Rater.objects.filter(pk__in=[user.rater_id for user in objects])


@admin.register(FilmList)
class FilmListAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """People's lists, for an owner who has to take one off the site. Nothing in them is changed here but that."""

    list_display = ["name", "is_shared", "created_at"]
    list_filter = ["is_shared"]
    list_per_page = 50
    ordering = ["-pk"]
    sortable_by = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    readonly_fields = ["name", "description", "token", "created_at"]
    fields = [*readonly_fields, "is_shared"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Lists are made by those who fill them."""
        return False

    def save_model(self, request: HttpRequest, obj: FilmList, form: Any, change: bool) -> None:
        """Share the list or stop, as its owner would: an address that was taken off the site never works again."""
        film_lists.share(film_list=FilmList.objects.get(pk=obj.pk), shared=obj.is_shared)


def _people_called(number: int) -> list[int]:
    """Return the keys of those whose id or number it is."""
    return list(Rater.objects.filter(Q(public_id=number) | Q(number=number)).values_list("pk", flat=True))
