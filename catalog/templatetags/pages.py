"""Numbers and addresses of pages."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context

register = template.Library()


@register.filter
def numbers(page: Page[Any]) -> Iterator[str | int]:
    """Return the numbers worth a link: the first, the last, and those around this one."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag(takes_context=True)
def page_url(context: Context, number: int) -> str:
    """Return the address of this page with another number, everything else as it is."""
    query = context["request"].GET.copy()
    query[context.get("parameter", "page")] = str(number)
    return f"?{query.urlencode()}"
