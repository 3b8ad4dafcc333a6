"""How somebody's list is made: sliders, the algorithm, how far back, and ratings that are not to speak.

Writers, like `services`. A person whose list is made as everybody's has no settings: training goes by that.
"""

from dataclasses import asdict, dataclass

from django.db import transaction

from accounts.models import MutedRating, TasteSettings
from accounts.services import lock_rater, taste_changed
from catalog.models import Movie, Rater, Rating


class NothingToMute(ValueError):
    """A film that was not rated; the message is for the person who asked."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody may choose on their taste page: see TasteSettings, whose fields these are."""

    obscurity: int = 0
    adventure: int = 0
    age: int = 0
    recommender: str = ""
    last_years: int | None = None


AS_EVERYBODY = Wishes()


@transaction.atomic
def steer(*, rater: Rater, wishes: Wishes) -> bool:
    """Make the list of `rater` by `wishes` from now on; return whether that is another way than before."""
    lock_rater(rater.pk)
    kept = TasteSettings.objects.filter(rater=rater)
    before = kept.values(*asdict(wishes)).first() or asdict(AS_EVERYBODY)
    if before == asdict(wishes):
        return False
    if wishes == AS_EVERYBODY:
        kept.delete()
    else:
        TasteSettings.objects.update_or_create(rater=rater, defaults=asdict(wishes))
    taste_changed(rater)
    return True


def reset(*, rater: Rater) -> bool:
    """Make the list as everybody's; return whether it was made in another way. Muted ratings stay muted."""
    return steer(rater=rater, wishes=AS_EVERYBODY)


@transaction.atomic
def mute(*, rater: Rater, movie: Movie) -> None:
    """Make no list and no prediction from the rating of `movie`; it stays a rating. Raises NothingToMute."""
    lock_rater(rater.pk)
    if not Rating.objects.filter(rater=rater, movie=movie).exists():
        raise NothingToMute(f"You have not rated {movie.title}, so there is nothing to leave out.")
    _, created = MutedRating.objects.get_or_create(rater=rater, movie=movie)
    if created:
        taste_changed(rater)


@transaction.atomic
def unmute(*, rater: Rater, movie: Movie) -> None:
    """Let the rating of `movie` count again."""
    gone, _ = MutedRating.objects.filter(rater=rater, movie=movie).delete()
    if gone:
        taste_changed(rater)


@transaction.atomic
def unmute_all(*, rater: Rater) -> int:
    """Let every rating count again; return how many did not."""
    gone, _ = MutedRating.objects.filter(rater=rater).delete()
    if gone:
        taste_changed(rater)
    return gone
