"""Between a source's list of films and the pages: turns listed titles into what people say, and what they search."""

import re
import unicodedata
from typing import NamedTuple

_ARTICLES_BY_LANGUAGE = {
    "English": "the a an da",  # "Sweet Blood of Jesus, Da"
    "French": "les la le l' un une des",
    "Italian": "il lo i gli uno una",
    "German": "das der die den dem ein eine",
    "Spanish": "el los las",
    "Portuguese": "o os as um uma",
    "Dutch and Scandinavian": "det de et en ett het een",
}
ARTICLES = frozenset(article for articles in _ARTICLES_BY_LANGUAGE.values() for article in articles.split())
_YEAR = re.compile(r"\s*\(((?:18[789]|19\d|20\d)\d)(?:\s*[-–—]\s*(?:\d{4})?)?\s*\)\s*(?:\(T?V\)\s*)?$")
_ALSO_KNOWN_AS = re.compile(r"a\.?k\.?a\.?:?\s+", re.IGNORECASE)
# What stands in parentheses and still belongs to the title: "(Part 1)", and whatever follows "Birdman: Or".
_PART_OF_TITLE = re.compile(r"(?:part|vol|volume|chapter|episode|season)\b", re.IGNORECASE)
_UNFINISHED = re.compile(r"\b(?:or|and)$", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_NOT_A_WORD = re.compile(r"[\W_]+")
# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "&": " and "}
)


class Title(NamedTuple):
    """A listed title taken apart. `alternatives` has every other name, the original one included, as people say it."""

    title: str
    year: int | None
    original_title: str
    alternatives: tuple[str, ...]


def split_title(listed: str) -> Title:
    """Take a listed title apart.

    "City of Lost Children, The (Cité des enfants perdus, La) (1995)" is the film "The City of Lost Children" of 1995,
    in its own language "La Cité des enfants perdus". Without a year, or when nothing but a year is listed, the title
    is what is listed.
    """
    rest, year = _split_year(" ".join(listed.split()))
    alternatives: list[str] = []
    original = ""
    while (peeled := _peel(rest)) is not None:
        rest, inner = peeled
        name, is_alias = _ALSO_KNOWN_AS.subn("", inner, count=1)
        alternatives.insert(0, as_said(name))
        if not is_alias and not alternatives[0].startswith("The "):  # "Samouraï, Le (Godson, The)"
            original = original or alternatives[0]
    return Title(as_said(rest), year, original, tuple(alternatives))


def as_said(name: str) -> str:
    """Return "The Godfather" for "Godfather, The", and any other name as it is."""
    head, comma, article = name.rpartition(", ")
    if not comma or not head or article.replace("’", "'").casefold() not in ARTICLES:
        return name
    return f"{article}{head}" if article.endswith(("'", "’")) else f"{article} {head}"


def fold(text: str) -> str:
    """Return `text` as titles and searches are compared: no case, accents or punctuation, one space between words.

    Apostrophes go without a trace, so that "Ocean's Eleven" is found by "oceans eleven"; "&" is the word "and".
    """
    text = text.replace("½", " 1/2 ")
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAIN)
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", letters)).strip()


def search_text(listed: str) -> str:
    """Return every form of a listed title, folded, one per line: as people say it first, then as it is listed.

    Lines keep the forms apart: a search for two words does not match the end of one form and the start of the next.
    Years are left out.
    """
    title, _, _, alternatives = split_title(listed)
    forms = [form for name in (title, *alternatives) for form in (fold(name), fold(_as_listed(name)))]
    return "\n".join(dict.fromkeys(form for form in forms if form))


def _split_year(listed: str) -> tuple[str, int | None]:
    found = _YEAR.search(listed)
    if found is None or not listed[: found.start()].strip():
        return listed, None
    return listed[: found.start()].rstrip(), int(found[1])


def _peel(text: str) -> tuple[str, str] | None:
    """Return what stands before the last parentheses of `text` and what stands in them, if that is another name."""
    if not text.endswith(")"):
        return None
    depth = 0
    for position in range(len(text) - 1, 0, -1):
        depth += (text[position] == ")") - (text[position] == "(")
        if depth == 0:
            break
    else:
        return None
    before, inner = text[:position].rstrip(), text[position + 1 : -1].strip()
    is_apart = text[position - 1] == " "  # not so in "Frontière(s)"
    if not before or not inner or not is_apart or _PART_OF_TITLE.match(inner) or _UNFINISHED.search(before):
        return None
    return before, inner


def _as_listed(name: str) -> str:
    """Return "Godfather, The" for "The Godfather"."""
    words = name.split(" ", 1)
    if len(words) == 2 and words[0].casefold() in ARTICLES:
        return f"{words[1]}, {words[0]}"
    for apostrophe in ("'", "’"):
        head, found, tail = name.partition(apostrophe)
        if found and tail and f"{head}'".casefold() in ARTICLES:
            return f"{tail}, {head}{found}"
    return name
