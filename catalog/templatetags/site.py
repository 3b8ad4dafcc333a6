"""What the frame around every page asks for."""

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from catalog import selectors
from catalog.models import Release

register = template.Library()


@register.simple_tag
def live_release() -> Release | None:
    """Return the release whose films are shown, for the footer."""
    return selectors.live_release()


@register.simple_tag(takes_context=True)
def here(context: Context, name: str) -> SafeString | str:
    """Mark a link of the navigation when it leads to the page that is being shown."""
    match = getattr(context.get("request"), "resolver_match", None)
    return mark_safe(' aria-current="page"') if match and match.view_name == name else ""
