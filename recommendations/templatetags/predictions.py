"""Shows predicted stars: in figures, and where they and their range lie on the scale."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recommendations.serving import Prediction

register = template.Library()

LOWEST, HIGHEST = 0.5, 5.0
# Cards have two of these each: put together here, they take a tenth of what the template language takes.
_BAR = (
    '<svg class="confidence" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="{}, from {}">'
    '<rect x="{}" width="{}" height="1"/></svg>'
)


@register.filter
def tenths(stars: float) -> str:
    """Return stars with one decimal: 3.5. A page has a hundred, which floatformat would take ten times as long for."""
    return f"{stars:.1f}"


@register.filter
def confidence(prediction: Prediction) -> SafeString:
    """Return how sure a prediction is, as a thin bar: where four such ratings in five lie between ½ and 5 stars."""
    said = f"Four times in five between {tenths(prediction.low)} and {tenths(prediction.high)}"
    films = f"{prediction.support} similar film{'' if prediction.support == 1 else 's'}"
    rests_on = f"{films} you {'rated or picked' if prediction.picks else 'rated'}"
    return format_html(_BAR, said, rests_on, along(prediction.low), breadth(prediction))


@register.filter
def along(stars: float) -> str:
    """Return where stars lie between ½ and 5, from 0 to 100, as SVG writes numbers."""
    return f"{100 * (stars - LOWEST) / (HIGHEST - LOWEST):.1f}"


@register.filter
def breadth(prediction: Prediction) -> str:
    """Return how wide a prediction's range is on the same scale; at least so much that it is seen."""
    return f"{max(100 * (prediction.high - prediction.low) / (HIGHEST - LOWEST), 1.5):.1f}"
