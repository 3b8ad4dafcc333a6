"""Names films on the pages about people."""

from collections.abc import Mapping

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Movie

register = template.Library()


@register.simple_tag
def film_link(films: Mapping[int, Movie], key: int) -> SafeString | str:
    """Return a film's title and year with the way to its page; nothing if it is gone."""
    movie = films.get(key)
    if movie is None:
        return ""
    link = format_html('<a href="{}"><cite>{}</cite></a>', movie.get_absolute_url(), movie.title)
    return format_html('{} <span class="card-year">{}</span>', link, movie.year) if movie.year else link
