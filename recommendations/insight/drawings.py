"""What the numbers of somebody's ratings say: a sentence, a picture and a table for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from catalog.templatetags.stars import halves, star_words
from recommendations.data.decades import decade
from recommendations.insight import figures
from recommendations.insight.charts import Column, Deviation, columns, deviations
from recommendations.insight.figures import Hit, Rated, Share

# A genre or decade says something from so many films on.
ENOUGH_FILMS = 3
# How far, in stars, a mean is carefully said to be from all, before it is worth a sentence.
TELLING = 0.05
MOST_ROWS = 10
MOST_PERIODS = 36
NEAR = 0.5


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with one message, and the same as a table.

    Attributes:
        message: the title, a sentence.
        picture: SVG.
        head: the table's columns.
        rows: its cells; the first of each row is its name.
        note: what has to be known besides.
    """

    message: str
    picture: SafeString
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""


def distribution(rated: Sequence[Rated], everybody: Sequence[int]) -> Chart:
    """Return how often each number of stars was given, beside how often others gave them, if `everybody` says."""
    counts = figures.distribution(rated)
    others = [max(people - own, 0) for people, own in zip(everybody, counts, strict=True)] if any(everybody) else []
    of_own, of_others = [n / len(rated) for n in counts], [n / (sum(others) or 1) for n in others]
    top = max(range(10), key=lambda place: of_own[place])
    marked = _marked(of_own, of_others, top) if sum(others) else None
    names = [halves((place + 1) / 2) for place in range(10)]
    drawn = [
        Column(
            name,
            of_own[place],
            f"you {_percent(of_own[place])}" if place == top else "",
            of_others[place] if marked is not None else None,
            f"others {_percent(of_others[place])}" if place == marked else "",
        )
        for place, name in enumerate(names)
    ]
    head = ("Stars", "Films of yours") + (("Yours", "Others’") if marked is not None else ())
    rows = [
        (star_words((place + 1) / 2), f"{counts[place]:,}")
        + ((_percent(of_own[place]), _percent(of_others[place])) if marked is not None else ())
        for place in range(10)
    ]
    label = "How often you gave each number of stars; the table says the same"
    note = "The lines are what others gave the same films." if marked is not None else ""
    return Chart(_against_others(rated, names[top]), _svg(columns(drawn, label=label)), head, rows, note)


def _marked(of_own: Sequence[float], of_others: Sequence[float], top: int) -> int:
    """Return at which of others' shares their name is written: the highest that is clear of the own ones."""
    clear = [place for place in range(10) if of_others[place] > of_own[place] and abs(place - top) > 1]
    return max(clear or [place for place in range(10) if abs(place - top) > 2], key=lambda place: of_others[place])


def _against_others(rated: Sequence[Rated], most_given: str) -> str:
    distance = figures.against_others(rated)
    if distance is None:
        return f"You give {most_given} ★ most often"
    if abs(distance) < 0.1:
        return "You rate your films much as others do"
    side = "more" if distance > 0 else "less"
    return f"You give {abs(distance):.1f} stars {side} than others give the same films"


def genres(rated: Sequence[Rated]) -> Chart | None:
    """Return which genres are liked more than others; None while there is too little to say."""
    found = sorted(figures.shares(rated, lambda each: each.genres), key=lambda share: (-share.lift, share.name))
    label = "How far your stars for each genre are from your average; the table says the same"
    return _compared(rated, found, "Genre", label, "genres")


def decades(rated: Sequence[Rated]) -> Chart | None:
    """Return which decades' films are liked more than others; None while there is too little to say."""
    by_start = figures.shares(rated, lambda each: [each.year // 10 * 10] if each.year else [])
    found = [Share(decade(int(each.name)), each.films, each.mean, each.lift) for each in by_start]
    label = "How far your stars for each decade's films are from your average; the table says the same"
    return _compared(rated, found, "Decade", label, "decades")


def _compared(rated: Sequence[Rated], found: Sequence[Share], head: str, label: str, kinds: str) -> Chart | None:
    """Return what the person gives to films of each kind beside their own mean; None while there is little to say."""
    enough = [share for share in found if share.films >= ENOUGH_FILMS]
    if len(enough) < 2:
        return None
    shown = enough
    if len(enough) > MOST_ROWS:
        # The kinds that were rated most, so that the list is what somebody's taste is mostly about.
        most = set(sorted(enough, key=lambda share: -share.films)[:MOST_ROWS])
        shown = [share for share in enough if share in most]
    own = figures.mean_of(each.stars for each in rated)
    drawn = [
        Deviation(_capital(share.name), share.mean - own, f"{share.mean:.1f} · {share.films:,}") for share in shown
    ]
    rows = [
        (_capital(share.name), f"{share.films:,}", f"{share.mean:.1f}", f"{share.mean - own:+.1f}") for share in found
    ]
    note = f"Right of the line: above your average of {own:.1f}. Then your average and how many films."
    said = _likes(shown, kinds)
    return Chart(said, _svg(deviations(drawn, label=label)), (head, "Films", "Average", "Against all"), rows, note)


def _likes(shown: Sequence[Share], kinds: str) -> str:
    best, worst = max(shown, key=lambda share: share.lift), min(shown, key=lambda share: share.lift)
    if best.lift >= TELLING:
        return f"You like {best.name} best"
    return f"You like {worst.name} least" if worst.lift <= -TELLING else f"You like all {kinds} about equally"


def over_time(rated: Sequence[Rated]) -> Chart | None:
    """Return how many films were rated when; None of a single month or year."""
    found = figures.periods(rated)
    if len(found) < 2:
        return None
    shown = found[-MOST_PERIODS:]
    most = max(range(len(shown)), key=lambda place: len(shown[place][1]))
    last, by_month = len(shown) - 1, len({first.year for first, _ in found}) <= 2
    words = {first: _named(first, by_month=by_month) for first, _ in found}
    roomy = len(shown) <= 6
    drawn = [
        Column(
            words[first] if roomy or place in {0, last} else "",
            len(ratings),
            f"{len(ratings):,}" if place == most else "",
        )
        for place, (first, ratings) in enumerate(shown)
    ]
    rows = [
        (
            words[first],
            f"{len(ratings):,}",
            f"{figures.mean_of(each.stars for each in ratings):.1f}" if ratings else "–",
        )
        for first, ratings in found
    ]
    message = f"You rated most in {words[shown[most][0]]}: {_films(len(shown[most][1]))}"
    label = "How many films you rated over time; the table says the same"
    return Chart(message, _svg(columns(drawn, label=label)), ("When", "Films", "Average"), rows)


def predictions(hits: Sequence[Hit]) -> Chart | None:
    """Return how far off we were; None while nothing was foreseen."""
    if not hits:
        return None
    near = sum(abs(hit.error) <= NEAR for hit in hits)
    buckets = dict.fromkeys(range(-4, 5), 0)
    for hit in hits:
        buckets[max(-4, min(4, round(hit.error * 2)))] += 1
    signs = {-1: "−", 0: "", 1: "+"}
    names = {step: signs[(step > 0) - (step < 0)] + halves(abs(step) / 2) for step in buckets}
    drawn = [
        Column(name, buckets[step], f"{buckets[step]:,}" if step == 0 and buckets[0] else "")
        for step, name in names.items()
    ]
    rows = [(_missed(step), f"{count:,}") for step, count in buckets.items()]
    held = sum(hit.within for hit in hits)
    note = (
        f"Of {_films(len(hits))} that you rated after we had foreseen something. Left: you gave less than we said; "
        f"right: more. Our range held {_percent(held / len(hits))} of them; it is made to hold 80 %."
    )
    message = f"We came within half a star {_percent(near / len(hits))} of the time"
    label = "How many stars you gave more or less than we said; the table says the same"
    return Chart(message, _svg(columns(drawn, label=label)), ("You gave", "Films"), rows, note)


def _missed(step: int) -> str:
    if step == 0:
        return "what we said"
    side = "more" if step > 0 else "less"
    return f"{star_words(abs(step) / 2)} {side}" + (" or further" if abs(step) == 4 else "")


def _named(first: date, *, by_month: bool) -> str:
    return date_format(first, "M Y") if by_month else str(first.year)


def _films(number: int) -> str:
    return f"{number:,} film{'' if number == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _svg(picture: str) -> SafeString:
    return mark_safe(picture)  # noqa: S308  # charts escape all that they write
