"""What beat wakes Celery for, about films."""

import logging

from celery import shared_task

from catalog import search, services

log = logging.getLogger(__name__)


@shared_task
def repair_totals() -> None:
    """Count again the ratings of films whose totals are wrong, and let searches know which films are known best."""
    log.info("The totals of %d films were wrong and are right now", services.repair_totals())
    search.make_index_anew()
