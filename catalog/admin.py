"""The owner's view of films, genres and tags. Nothing here counts or loads more than a page needs."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Genre, Movie, Tag, Tagging
from catalog.paging import BoundedPaginator
from catalog.search import search
from catalog.titles import fold, search_text


class CountedDeletion(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Says before a deletion how much goes along, where Django would load and list every row of it."""

    def goes_along(self, objects: list[Any]) -> dict[str, int]:
        """Return {what: how many} for that which is deleted together with `objects`."""
        return {}

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Return what the confirmation page shows."""
        objects = list(objs)
        counts = {str(self.opts.verbose_name_plural): len(objects), **self.goes_along(objects)}
        missing = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        along = [f"{number} {what}" for what, number in self.goes_along(objects).items() if number]
        return [*map(str, objects), *along], counts, missing, []


@admin.register(Movie)
class MovieAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Films come and go with a release, under the number they have in it; here they can be described better."""

    list_display = ["title", "year", "genre_names", "rating_count", "mean", "numbering", "number"]
    list_filter = ["genres"]
    list_per_page = 50
    paginator = BoundedPaginator
    sortable_by = ["rating_count", "mean"]
    search_fields = ["title"]
    search_help_text = "A title in any form, with or without its year."
    show_full_result_count = False
    autocomplete_fields = ["genres"]
    readonly_fields = ["listed_title", "numbering", "number", "rating_count", "mean", "ratings_page"]
    fields = [
        "title",
        "original_title",
        "year",
        "genres",
        "overview",
        "imdb_id",
        "tmdb_id",
        *readonly_fields,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movie]:
        """Return films with their genres."""
        return super().get_queryset(request).prefetch_related("genres")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movie], search_term: str
    ) -> tuple[QuerySet[Movie], bool]:
        """Search as the site does."""
        found: Any = queryset
        return search(found, search_term), False

    def save_model(self, request: HttpRequest, obj: Movie, form: Any, change: bool) -> None:
        """Store the film, to be found under its new titles too."""
        forms = [fold(obj.title), fold(obj.original_title), *search_text(obj.listed_title).splitlines()]
        obj.search_text = "\n".join(dict.fromkeys(filter(None, forms)))
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Films are imported."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Movie | None = None) -> bool:
        """A film that was taken away would be back with the next import, but its ratings would not."""
        return False

    @admin.display(description="genres")
    def genre_names(self, movie: Movie) -> str:
        """Return its genres in one line."""
        return ", ".join(genre.name for genre in movie.genres.all())

    @admin.display(description="mean", ordering="damped_mean")
    def mean(self, movie: Movie) -> str:
        """Return its plain average."""
        return f"{movie.mean_stars:.2f} ★" if movie.mean_stars else "–"

    @admin.display(description="ratings")
    def ratings_page(self, movie: Movie) -> SafeString:
        """Return a link to what people gave it."""
        address = reverse("admin:catalog_rating_changelist", query={"movie__id__exact": movie.pk})
        return format_html('<a href="{}">{} ratings</a>', address, movie.rating_count)


@admin.register(Genre)
class GenreAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Genres, with a link to the films of each. Only one without films can be deleted."""

    list_display = ["name", "slug", "films"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Genre | None = None) -> bool:
        """Return whether the genre may go without a film losing it."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.movies.exists())

    def films(self, genre: Genre) -> SafeString:
        """Return a link to its films: counting them would take longer the more there are."""
        address = reverse("admin:catalog_movie_changelist", query={"genres__id__exact": genre.pk})
        return format_html('<a href="{}">films</a>', address)


@admin.register(Tag)
class TagAdmin(CountedDeletion):
    """Tags as people wrote them: what nobody should have to read can be deleted."""

    list_display = ["name"]
    list_per_page = 50
    paginator = BoundedPaginator
    search_fields = ["^folded"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tags are put on films by people."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        """Nobody's words are changed."""
        return False

    def goes_along(self, objects: list[Tag]) -> dict[str, int]:
        """Return how often the tags were used."""
        return {"uses of them": Tagging.objects.filter(tag__in=objects).count()}
