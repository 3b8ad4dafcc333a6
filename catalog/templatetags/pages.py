"""Numbers and addresses of pages."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Page
from django.template.context import Context

from catalog.paging import BoundedPaginator

register = template.Library()


@register.filter
def numbers(page: Page[Any]) -> Iterator[str | int]:
    """Return the numbers worth a link: the first, the last, and those around this one."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.filter
def counted(pages: BoundedPaginator) -> str:
    """Return how many there are: 1,234, or "more than 9,999" where nobody counted further."""
    return f"more than {intcomma(pages.count - 1)}" if pages.has_more else intcomma(pages.count)


@register.filter
def films_counted(pages: BoundedPaginator) -> str:
    """Return "1 film", "1,234 films", "more than 9,999 films"."""
    return f"{counted(pages)} film{'' if pages.count == 1 else 's'}"


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int) -> str:
    """Return the address of this page with another number, everything else as it is."""
    query = context["request"].GET.copy()
    query[context.get("parameter", "page")] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def named(slug: str, names: Mapping[str, str]) -> str:
    """Return the name that belongs to a slug, or what was given when there is none."""
    return names.get(slug.casefold(), slug)
