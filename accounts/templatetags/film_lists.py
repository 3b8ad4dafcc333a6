"""What pages of films say about the reader's lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.template.context import Context

from accounts import selectors
from accounts.guests import rater_of
from accounts.models import FilmList
from catalog.models import Movie

register = template.Library()


@dataclass(frozen=True, slots=True)
class OwnLists:
    """The reader's lists: those that a film is on, and the others."""

    on: Sequence[FilmList]
    others: Sequence[FilmList]


@register.simple_tag(takes_context=True)
def own_lists(context: Context, movie: Movie) -> OwnLists:
    """Return the reader's lists, told apart by whether the film is on them."""
    rater = rater_of(context["request"])
    if rater is None:
        return OwnLists([], [])
    lists = selectors.lists_with(rater, movie)
    return OwnLists([each for each, has_it in lists if has_it], [each for each, has_it in lists if not has_it])


@register.filter
def beside(these: Iterable[Any], those: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return pairs of what stands at the same place."""
    return list(zip(these, those, strict=True))
