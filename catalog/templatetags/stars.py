"""How stars are written: as signs for the eye, as words for the ear."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def halves(stars: float) -> str:
    """Return half stars as people write them: 4½, 4, ½."""
    whole, is_half = divmod(round(stars * 2), 2)
    return f"{whole or ''}{'½' if is_half else ''}" or "0"


@register.filter
def star_words(stars: float) -> str:
    """Return "4½ stars", "1 star", "½ star"."""
    return f"{halves(stars)} star{'s' if stars > 1 else ''}"


@register.filter
def star_signs(stars: float) -> str:
    """Return "★★★★½"."""
    whole, is_half = divmod(round(stars * 2), 2)
    return "★" * whole + "½" * is_half


@register.simple_tag
def given(stars: float) -> SafeString:
    """Return an own rating in the accent, read out as words."""
    return format_html(
        '<span class="given"><span aria-hidden="true">{}</span><span class="for-readers">{}</span></span>',
        star_signs(stars),
        star_words(stars),
    )
