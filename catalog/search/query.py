"""What somebody typed, as the words and phrases that titles are compared with."""

from dataclasses import dataclass

from catalog.titles import fold

# No title is longer, and more words than these do not make a query any clearer.
LONGEST_QUERY = 300
MOST_WORDS = 20
ARTICLES = ("the ", "a ", "an ")


@dataclass(frozen=True, slots=True)
class Query:
    """A search, folded.

    Attributes:
        words: each of them is somewhere in a title that matches.
        year: the last word, when it may also be the film's year.
        phrases: what a title is compared with as a whole: all words, and all but the year.
    """

    words: tuple[str, ...]
    year: int | None
    phrases: tuple[str, ...]


def parse(q: str) -> Query | None:
    """Return what was typed; None for what no title can hold: no letter or digit, or more than a title has."""
    words = fold(q[:LONGEST_QUERY]).split()
    if not words or len(words) > MOST_WORDS or len(q) > LONGEST_QUERY:
        return None
    phrases = [" ".join(words)]
    year = int(words[-1]) if len(words) > 1 and _is_year(words[-1]) else None
    if year is not None:
        phrases.append(" ".join(words[:-1]))
    return Query(tuple(words), year, tuple(phrases))


def without_article(folded: str) -> str:
    """Return a folded title without an English article at its beginning or end, unless it is nothing else."""
    for article in ARTICLES:
        rest = folded.removeprefix(article).removesuffix(f" {article.rstrip()}")
        if rest != folded and rest:
            return rest
    return folded


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit()
