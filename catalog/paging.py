"""Pages of lists that may be long: what a page costs does not grow with the list."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

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
