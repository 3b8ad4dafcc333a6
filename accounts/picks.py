"""What a newcomer picks before rating anything: films that speak for their kind until there are enough ratings."""

from collections.abc import Collection

from django.db import transaction

from accounts.models import PickedMovie
from accounts.services import lock_rater, taste_changed
from catalog.models import Movie, Rater

# With so many ratings of one's own, what was picked says nothing any more.
ENOUGH_RATINGS = 5


@transaction.atomic
def pick(*, rater: Rater, movies: Collection[Movie]) -> None:
    """Let these films stand for the person's taste, instead of those picked before."""
    lock_rater(rater.pk)
    PickedMovie.objects.filter(rater=rater).delete()
    PickedMovie.objects.bulk_create(PickedMovie(rater=rater, movie=movie) for movie in movies)
    taste_changed(rater)
