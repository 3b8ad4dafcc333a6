"""What was recommended to somebody is counted, so that a list can move on."""

from collections.abc import Iterable
from datetime import date

from accounts import shown
from catalog.models import Rater


def note_shown(rater: Rater, movie_ids: Iterable[int], *, on: date) -> None:
    """Count, once a day, that films were recommended to `rater`, where somebody looks: see `guests.is_looking`."""
    shown.note_shown(rater=rater, movie_ids=movie_ids, on=on)
