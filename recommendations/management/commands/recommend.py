"""`manage.py recommend --user ID -n 5`: what somebody would be shown, with the reasons."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog.models import Rater
from recommendations import serving
from recommendations.algorithms.registry import UnknownRecommender

MOST = 100


class Command(BaseCommand):
    """Print somebody's list: film, predicted stars, recommender and reasons."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--user", required=True, help="a public id, an account's name, or the person's number in the live release"
        )
        parser.add_argument("-n", type=int, default=10, help=f"how many films, 1 to {MOST} (default: 10)")
        parser.add_argument("--model", help="another recommender of the live run than the default one")
        parser.add_argument("--genre", help="only films of this genre")

    def handle(self, *args: Any, **given: Any) -> None:
        """Print the list."""
        if not 1 <= given["n"] <= MOST:
            raise CommandError(f"-n takes a number from 1 to {MOST}.")
        try:
            found = serving.recommend(
                _rater(given["user"]), n=given["n"], genre=given["genre"], recommender=given["model"]
            )
        except UnknownRecommender as error:
            raise CommandError(str(error)) from error
        Console(no_color=given["no_color"] or None).print(_table(found, given["user"]))


def _rater(user: str) -> Rater:
    """Return who is meant: a number in the release wins over a public id, which is never that short by chance."""
    wanted = Q(user__username=user)
    if user.isdigit() and len(user) < 19:
        wanted |= Q(number=int(user)) | Q(public_id=int(user))
    rater = Rater.objects.filter(wanted).order_by("number", "pk").first()
    if rater is None:
        raise CommandError(f"There is nobody called {user}: give a public id, an account's name or a number.")
    return rater


def _table(found: serving.Recommendations, user: str) -> Table:
    made_by = f"run {found.run}" if found.run else "no run is live yet"
    heads = ("", "film", "stars", "4 in 5", "from", "by", "because")
    table = Table(*heads, title=f"For {user}: {found.recommender}, {made_by}")
    for place, film in enumerate(found.films, start=1):
        why = ", ".join(_why(reason) for reason in film.reasons)
        said = _said(film.prediction) if film.prediction else ("", "", "")
        table.add_row(str(place), escape(str(film.movie)), *said, film.recommender, escape(why))
    return table


def _why(reason: serving.Reason) -> str:
    """Return an own rating, or a film that was picked, with its share."""
    given = "picked" if reason.stars is None else f"{reason.stars:g} ★"
    return f"{reason.movie} {given} ({reason.share:.0%})"


def _said(prediction: serving.Prediction) -> tuple[str, str, str]:
    """Return predicted stars, the range of four in five, and how many own ratings of similar films they rest on."""
    return f"{prediction.stars:.1f}", f"{prediction.low:.1f}–{prediction.high:.1f}", str(prediction.support)
