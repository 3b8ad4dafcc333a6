"""Finds films by title, in whichever form somebody types it, best match first.

`Movie.search_text` holds every form of a title, folded, each between two separators. A film matches when every word of
the query is somewhere in it; how well is read off where the query stands as a whole.
"""

from django.db.models import Case, IntegerField, Q, Value, When

from catalog.models import MovieQuerySet
from catalog.titles import SEPARATOR, fold

# No title is longer, and more words than these do not make a query any clearer.
LONGEST_QUERY = 300
MOST_WORDS = 12

ARTICLES = ("the", "a", "an")


def search(queryset: MovieQuerySet, q: str) -> MovieQuerySet:
    """Keep the films whose title matches `q`: whole titles first, then beginnings, whole words, and parts of words.

    Among equally good matches the best known come first. A last word that is a year may also be the film's year. An
    empty query matches every film and leaves their order alone; one that no title can hold matches none.
    """
    if not q.strip():
        return queryset
    words = fold(q[: LONGEST_QUERY + 1]).split()
    if not words or len(q) > LONGEST_QUERY or len(words) > MOST_WORDS:
        return queryset.none()
    phrases = [words]
    if len(words) > 1 and _is_year(words[-1]):
        phrases.append(words[:-1])
    return queryset.filter(_has_words(words)).order_by(_quality([" ".join(p) for p in phrases]), "-rating_count", "id")


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit()


def _has_words(words: list[str]) -> Q:
    condition = Q()
    for place, word in enumerate(words):
        found = Q(search_text__contains=word)
        if place > 0 and _is_year(word):
            found |= Q(year=int(word))
        condition &= found
    return condition


def _quality(phrases: list[str]) -> Case:
    """Return 0 for a whole title to 4 for words here and there."""
    return Case(
        When(_contains(phrases, SEPARATOR, SEPARATOR, articles=True), then=0),
        When(_contains(phrases, SEPARATOR, " ", articles=True), then=1),
        When(_contains(phrases, SEPARATOR, ""), then=2),
        When(_contains(phrases, " ", ""), then=3),
        default=Value(4),
        output_field=IntegerField(),
    )


def _contains(phrases: list[str], before: str, after: str, *, articles: bool = False) -> Q:
    condition = Q()
    for phrase in phrases:
        condition |= Q(search_text__contains=f"{before}{phrase}{after}")
        if articles:
            for article in ARTICLES:
                condition |= Q(search_text__contains=f"{before}{article} {phrase}{after}")
    return condition
