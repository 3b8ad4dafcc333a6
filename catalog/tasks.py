"""What Celery does about films: what beat wakes it for, and what a page asked for and does not wait for."""

import logging

from celery import shared_task
from django.conf import settings

from catalog import real_posters, search, services
from catalog.real_posters import Tmdb

log = logging.getLogger(__name__)


@shared_task
def repair_totals() -> None:
    """Count again the ratings of films whose totals are wrong, and let searches know which films are known best."""
    log.info("The totals of %d films were wrong and are right now", services.repair_totals())
    search.make_index_anew()


@shared_task
def fetch_poster(tmdb_id: int) -> None:
    """Bring a film's poster from TMDB, if the owner has a key there."""
    if settings.TMDB_KEY:
        real_posters.fetch(Tmdb(settings.TMDB_KEY), settings.POSTERS_DIR, tmdb_id)
