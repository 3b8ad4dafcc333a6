"""Pages of lists that may be long: what a page costs does not grow with the list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property

from catalog.models import Movie
from catalog.search import in_order_of

COUNTED = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not generic at run time
    """Counts up to COUNTED rows and pages through these: nobody leafs further, and who needs others searches."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, or COUNTED when there are more."""
        rows: Any = self.object_list
        return int(rows.order_by()[:COUNTED].count())

    @property
    def has_more(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count == COUNTED


class KeyPaginator(BoundedPaginator):
    """Pages through films that are given by their keys, in the order of the keys."""

    @cached_property
    def count(self) -> int:
        """How many films there are."""
        return len(self.object_list)

    @property
    def has_more(self) -> bool:
        """Nothing was left uncounted."""
        return False

    def page(self, number: int | str) -> Page[Any]:
        """Return a page with its films."""
        page = super().page(number)
        page.object_list = in_order_of(Movie.objects.all(), list(page.object_list))
        return page
