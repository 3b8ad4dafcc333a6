"""What beat wakes Celery for, about people."""

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from knox.models import AuthToken

from accounts import guests, selectors, services
from accounts.importing.pending import PendingFiles

log = logging.getLogger(__name__)


@shared_task
def purge_waiting_imports() -> None:
    """Remove the files of ratings whose owners have looked at them and gone away."""
    PendingFiles(Path(settings.VAR_DIR, "imports")).purge(now=timezone.now())


@shared_task
def purge_demo_accounts() -> None:
    """Erase the demo accounts that are past their day."""
    erased = services.erase(raters=selectors.expired_demo_raters(timezone.now()))
    log.info("Erased %d demo accounts", erased)


@shared_task
def purge_expired_sign_ins() -> None:
    """Remove sessions and API tokens that are past their time: nobody can use them any more."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    AuthToken.objects.filter(expiry__lt=timezone.now()).delete()


@shared_task
def purge_guests() -> None:
    """Erase the guests who have not been here for 30 days."""
    erased = services.erase(raters=guests.unseen(timezone.now()))
    log.info("Erased %d guests", erased)
