"""Finds films by title, in whichever form somebody types it, best match first.

`Movie.search_text` holds every form of a title, folded, one per line. A film matches when every word of the query is
somewhere in it; how well is read off where the query stands as a whole.
"""

from django.db.models import Case, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Concat

from catalog.models import MovieQuerySet
from catalog.titles import fold

# No title is longer, and more words than these do not make a query any clearer.
LONGEST_QUERY = 300
MOST_WORDS = 20

LINE_END = "\n"
ARTICLES = ("the ", "a ", "an ")


def search(queryset: MovieQuerySet, q: str) -> MovieQuerySet:
    """Keep the films whose title matches `q`: whole titles first, then beginnings, then words, then parts of words.

    Among equally good matches the best known come first. A last word that is a year may also be the film's year. An
    empty query matches every film and leaves their order alone; one that no title can hold matches none.
    """
    if not q.strip():
        return queryset
    words = fold(q[:LONGEST_QUERY]).split()
    if not words or len(words) > MOST_WORDS or len(q) > LONGEST_QUERY:
        return queryset.none()
    phrases = [" ".join(words)]
    if len(words) > 1 and _is_year(words[-1]):
        phrases.append(" ".join(words[:-1]))
    lines = Concat(Value(LINE_END), "search_text", Value(LINE_END), output_field=TextField())
    matching: MovieQuerySet = queryset.filter(_has_words(words)).alias(lines=lines)
    return matching.order_by(_distance(phrases), "-rating_count", "id")


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit()


def _has_words(words: list[str]) -> Q:
    condition = Q()
    for place, word in enumerate(words):
        found = Q(search_text__contains=word)
        if place == len(words) - 1 > 0 and _is_year(word):
            found |= Q(year=int(word))
        condition &= found
    return condition


def _distance(phrases: list[str]) -> Case:
    """Return 0 where a phrase is a whole title, with or without its article, up to 4 for words here and there."""
    with_articles = [f"{article}{phrase}" for phrase in phrases for article in ("", *ARTICLES)]
    return Case(
        When(_has_any(with_articles, before=LINE_END, after=LINE_END), then=0),
        When(_has_any(with_articles, before=LINE_END, after=" "), then=1),
        When(_has_any(phrases, before=LINE_END), then=2),
        When(_has_any(phrases, before=" "), then=3),
        default=4,
        output_field=IntegerField(),
    )


def _has_any(phrases: list[str], *, before: str, after: str = "") -> Q:
    condition = Q()
    for phrase in phrases:
        condition |= Q(lines__contains=f"{before}{phrase}{after}")
    return condition
