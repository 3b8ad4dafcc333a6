"""Where a film's poster is."""

from django import template
from django.urls import reverse

from catalog.models import Movie
from catalog.posters import version

register = template.Library()


@register.simple_tag
def poster_url(movie: Movie) -> str:
    """Return the address of a film's poster, which changes with the poster and may be kept for long."""
    return f"{reverse('poster', args=[movie.pk])}?v={version(movie.title, movie.year)}"
