"""Shows predicted stars: where they and their range lie on the scale, and what one film is to the reader."""

from django import template
from django.template.context import Context

from catalog.models import Movie
from recommendations import serving
from recommendations.serving import Outlook, Prediction
from recommendations.templatetags.cards import reader

register = template.Library()

LOWEST, HIGHEST = 0.5, 5.0


@register.simple_tag(takes_context=True)
def outlook(context: Context, movie: Movie) -> Outlook | None:
    """Return what the live run says of a film to whoever reads the page, None to those who are not signed in."""
    rater = reader(context["request"])
    return serving.outlook(rater, movie) if rater else None


@register.filter
def along(stars: float) -> str:
    """Return where stars lie between ½ and 5, from 0 to 100, as SVG writes numbers."""
    return f"{100 * (stars - LOWEST) / (HIGHEST - LOWEST):.1f}"


@register.filter
def breadth(prediction: Prediction) -> str:
    """Return how wide a prediction's range is on the same scale; at least so much that it is seen."""
    return f"{max(100 * (prediction.high - prediction.low) / (HIGHEST - LOWEST), 1.5):.1f}"
