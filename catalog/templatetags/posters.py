"""Where a film's poster is."""

from django import template
from django.conf import settings
from django.urls import reverse

from catalog.models import Movie
from catalog.posters import drawn_poster_url

register = template.Library()


@register.simple_tag
def poster_url(movie: Movie) -> str:
    """Return the address of a film's poster: the real one where the owner has a key to TMDB, else the one we draw."""
    if settings.TMDB_KEY and movie.tmdb_id:
        return reverse("real-poster", args=[movie.pk])
    return drawn_poster_url(movie)
