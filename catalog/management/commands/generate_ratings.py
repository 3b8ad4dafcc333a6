"""The door to the generator: MovieLens files of any size, for benchmarks and for trying Marquee out."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from catalog.sample import FolderRefused, SizeRefused, generate


class Command(BaseCommand):
    """Write a folder of invented ratings in MovieLens' file format."""

    help = "Write a folder of invented ratings in MovieLens' file format; the same numbers give the same files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take the amounts; MovieLens 25M is 162541 people, 59047 films and 25000095 ratings."""
        parser.add_argument("--users", type=int, required=True, metavar="U", help="people; each has ratings")
        parser.add_argument("--movies", type=int, required=True, metavar="M", help="films; all are listed")
        parser.add_argument("--ratings", type=int, required=True, metavar="R", help="ratings of different pairs")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, another world (1)")
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="new, empty, or of a former run")

    def handle(self, *, users: int, movies: int, ratings: int, seed: int, out: Path, **options: Any) -> None:
        """Generate the files behind a progress bar on the standard error, or end with one sentence."""
        columns = (TextColumn("Ratings"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True), disable=options["verbosity"] == 0)
        task = bar.add_task("Ratings", total=ratings)

        def progress(count: int) -> None:
            bar.start()  # only now: a refusal needs no bar
            bar.advance(task, count)

        try:
            generate(out, people=users, films=movies, ratings=ratings, seed=seed, progress=progress)
        except (SizeRefused, FolderRefused) as refused:
            raise CommandError(str(refused)) from refused
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror or error}.") from error
        except MemoryError as error:
            raise CommandError("That many people do not fit into this machine's memory.") from error
        except KeyboardInterrupt as stopped:
            raise CommandError(f"Stopped; {out} is as it was.", returncode=130) from stopped
        finally:
            bar.stop()
        self.stdout.write(f"{ratings:,} ratings of {movies:,} films by {users:,} people are in {out}.")
