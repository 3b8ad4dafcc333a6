"""Finds films by title in the database itself, film after film: what answers while there is no index yet."""

from django.db.models import Case, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Concat

from catalog.models import MovieQuerySet
from catalog.search.query import ARTICLES, Query

LINE_END = "\n"


def matching(queryset: MovieQuerySet, query: Query) -> MovieQuerySet:
    """Keep the films that match, best match first; it reads every film's title."""
    lines = Concat(Value(LINE_END), "search_text", Value(LINE_END), output_field=TextField())
    found: MovieQuerySet = queryset.filter(_has_words(query)).alias(lines=lines)
    return found.order_by(_distance(query), "-rating_count", "id")


def _has_words(query: Query) -> Q:
    condition = Q()
    for place, word in enumerate(query.words, start=1):
        found = Q(search_text__contains=word)
        if query.year is not None and place == len(query.words):
            found |= Q(year=query.year)
        condition &= found
    return condition


def _distance(query: Query) -> Case:
    """Return 0 where a phrase is a whole title, with or without its article, up to 4 for words here and there."""
    with_articles = [f"{article}{phrase}" for phrase in query.phrases for article in ("", *ARTICLES)]
    return Case(
        When(_has_any(with_articles, before=LINE_END, after=LINE_END), then=0),
        When(_has_any(with_articles, before=LINE_END, after=" "), then=1),
        When(_has_any(query.phrases, before=LINE_END), then=2),
        When(_has_any(query.phrases, before=" "), then=3),
        default=4,
        output_field=IntegerField(),
    )


def _has_any(phrases: list[str] | tuple[str, ...], *, before: str, after: str = "") -> Q:
    condition = Q()
    for phrase in phrases:
        condition |= Q(lines__contains=f"{before}{phrase}{after}")
    return condition
