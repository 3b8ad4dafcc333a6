"""Finds films by title, in whichever form somebody types it, best match first, typing errors forgiven.

`Movie.search_text` holds every form of a title, folded, one per line. A film matches when every word of the query is
somewhere in it; how well is read off where the query stands as a whole: whole titles first, then beginnings, then
words, then parts of words; among equally good ones, the best known first. Where that fills no page, the films whose
titles come closest follow.

query (what was typed) → index (exact, then forgiving) → live (which index); plain where there is none.
"""

from collections.abc import Sequence

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat, StrIndex

from catalog.models import Movie, MovieQuerySet
from catalog.search import plain
from catalog.search.index import MOST_FOUND, Found, TitleIndex
from catalog.search.live import make_index, make_index_anew, title_index
from catalog.search.query import LONGEST_QUERY, parse

__all__ = [
    "LONGEST_QUERY",
    "MOST_FOUND",
    "Found",
    "find",
    "find_each",
    "in_order_of",
    "make_index",
    "make_index_anew",
    "search",
]


def search(queryset: MovieQuerySet, q: str) -> MovieQuerySet:
    """Keep the films whose title matches `q`, best match first, at most MOST_FOUND of them.

    A last word that is a year may also be the film's year. An empty query matches every film and leaves their order
    alone; one that no title can hold matches none.
    """
    return in_order_of(queryset, find(q).films) if q.strip() else queryset


def find(q: str) -> Found:
    """Return the keys of the films whose title matches `q`, and of those that only come close to it."""
    return find_each([q])[0]


def find_each(questions: Sequence[str]) -> list[Found]:
    """Return what `find` returns for each of `questions`; the index is asked for once."""
    index = title_index()
    return [_answer(q, index) for q in questions]


def _answer(q: str, index: TitleIndex | None) -> Found:
    query = parse(q)
    if query is None:
        return Found([], [])
    if index is not None:
        return index.find(query)
    return Found(list(plain.matching(Movie.objects.all(), query).values_list("pk", flat=True)[:MOST_FOUND]), [])


def in_order_of(queryset: MovieQuerySet, keys: Sequence[int]) -> MovieQuerySet:
    """Keep the films with these keys, in the order of the keys."""
    places = Value("".join(f",{key}" for key in keys) + ",")
    key = Concat(Value(","), Cast("pk", CharField()), Value(","), output_field=CharField())
    return queryset.filter(pk__in=list(keys)).order_by(StrIndex(places, key), "pk")
