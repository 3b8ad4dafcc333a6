"""Measures the search for films: `python -m benchmarks.search [QUERIES]` says what it forgives, and how soon.

The 9,742 real titles of ml-latest-small become 62,000: a word of a title is replaced by a word of another, so that
titles stay as long and as alike as they are. They go into a database of a temporary folder, or into DATABASE_URL,
which must be empty. Everything between a query and its films is measured: the stamp, the index, the films. Seeded.
"""

# ruff: noqa: PLC0415, S311  # Django's settings are read after the environment is made; nothing here is a secret

import csv
import os
import platform
import random
import statistics
import string
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import django
from rich.console import Console
from rich.table import Table

from catalog.titles import fold, search_text, split_title

DATA = Path(os.environ.get("MOVIELENS_DATA") or Path(__file__).parents[2] / "shared" / "data")
TITLES, SEED = 62_000, 0
QUERIES = int(sys.argv[1]) if __name__ == "__main__" and len(sys.argv) > 1 else 1_000
PAGE, FIRST = 24, 10

Mistake = Callable[[str, random.Random], str]


def main() -> None:
    """Measure on the site's database settings, in a folder that is gone afterwards."""
    rng = random.Random(SEED)
    real = read_titles(DATA / "ml-latest-small.zip")
    titles = real + list(varied(real, TITLES - len(real), rng))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "ENV_FILE": os.devnull}
        django.setup()
        keys, seconds = store(titles)
        table = Table(
            "query", f"in the first {FIRST}", "median ms", "p95 ms", "p95 of CPU", title=f"{len(titles):,} titles"
        )
        for name, (pool, mistype) in cases(len(real), len(titles)).items():
            targets = rng.sample(pool, QUERIES)
            hits, *times = measure([(keys[place], mistype(as_typed(titles[place]), rng)) for place in targets])
            figures = [statistics.median(times[0]), *(statistics.quantiles(each, n=20)[-1] for each in times)]
            table.add_row(name, f"{hits:.1%}", *(f"{figure:.1f}" for figure in figures))
        report(table, seconds)


def read_titles(archive: Path) -> list[str]:
    """Return the listed titles of a release."""
    if not archive.exists():
        sys.exit(f"{archive} is not there: MOVIELENS_DATA says in which folder ml-latest-small.zip is.")
    with ZipFile(archive) as opened, opened.open("ml-latest-small/movies.csv") as file:
        return [row["title"].strip() for row in csv.DictReader(TextIOWrapper(file, "utf-8"))]


def varied(real: Sequence[str], count: int, rng: random.Random) -> Iterator[str]:
    """Yield `count` new titles, each a real one with one word of another in the place of one of its own."""
    names = [split_title(title).title.split() for title in real]
    words = [word for name in names for word in name if len(word) > 3]
    seen = set(real)
    while count:
        name = list(rng.choice(names))
        if len(name) == 1:
            name.insert(rng.randrange(2), rng.choice(words))
        else:
            name[rng.randrange(len(name))] = rng.choice(words)
        title = f"{' '.join(name)} ({rng.randint(1920, 2025)})"
        if title not in seen:
            seen.add(title)
            count -= 1
            yield title


def as_typed(listed: str) -> str:
    """Return a title without its year, in small letters."""
    return fold(split_title(listed).title) or listed


def cases(real: int, everything: int) -> dict[str, tuple[range, Mistake]]:
    """Return {what is measured: which titles, and what is done to them}."""
    everywhere = range(everything)
    return {
        "as it is": (everywhere, lambda title, rng: title),
        "one error": (everywhere, mistyped),
        "two errors": (everywhere, lambda title, rng: mistyped(mistyped(title, rng), rng)),
        "one error, real titles": (range(real), mistyped),
        "two errors, real titles": (range(real), lambda title, rng: mistyped(mistyped(title, rng), rng)),
        "other order of words, one error": (everywhere, lambda title, rng: mistyped(shuffled(title, rng), rng)),
        "without its article, one error": (everywhere, lambda title, rng: mistyped(without_article(title), rng)),
    }


def mistyped(title: str, rng: random.Random) -> str:
    """Return a title with a letter too many, missing, wrong, or swapped with the next one."""
    place, letter = rng.randrange(len(title)), rng.choice(string.ascii_lowercase)
    before, here, after = title[:place], title[place], title[place + 1 :]
    mistakes = [before + letter + here + after, before + after, before + letter + after]
    mistakes.append(before + after[:1] + here + after[1:])
    return rng.choice(mistakes) or title


def shuffled(title: str, rng: random.Random) -> str:
    """Return a title with its words in another order."""
    words = title.split()
    return " ".join(rng.sample(words, len(words)))


def without_article(title: str) -> str:
    """Return a title without its article."""
    return title.removeprefix("the ")


def store(titles: Sequence[str]) -> tuple[list[int], float]:
    """Store films with these titles; return their keys, and how many seconds their index took."""
    from django.core.management import call_command

    from catalog.models import Movie, Numbering
    from catalog.search import make_index

    call_command("migrate", verbosity=0)
    rows = [
        Movie(
            numbering=Numbering.SAMPLE,
            number=number,
            title=split_title(title).title[:300],
            listed_title=title[:300],
            search_text=search_text(title),
            year=split_title(title).year,
            rating_count=max(1, 80_000 // (number + 1)),
        )
        for number, title in enumerate(titles)
    ]
    Movie.objects.bulk_create(rows, batch_size=5_000)
    keys = dict(Movie.objects.values_list("number", "pk"))
    began = time.perf_counter()
    make_index()
    return [keys[number] for number in range(len(titles))], time.perf_counter() - began


def measure(queries: Sequence[tuple[int, str]]) -> tuple[float, list[float], list[float]]:
    """Return how many of the films are among the first found, and each query's milliseconds: all, and of CPU."""
    from catalog.models import Movie
    from catalog.search import search

    hits, by_clock, of_cpu = 0, [], []
    for key, typed in queries:
        began, worked = time.perf_counter(), time.thread_time()
        films = list(search(Movie.objects.all(), typed)[:PAGE])
        by_clock.append((time.perf_counter() - began) * 1000)
        of_cpu.append((time.thread_time() - worked) * 1000)
        hits += key in [film.pk for film in films[:FIRST]]
    return hits / len(queries), by_clock, of_cpu


def report(table: Table, seconds: float) -> None:
    """Print the table, and where and how it was measured."""
    from django.db import connection

    console = Console()
    console.print(table)
    console.print(f"{QUERIES:,} queries a row, seed {SEED}, {connection.vendor}; the index took {seconds:.1f} s.")
    load = os.getloadavg()[0]
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
