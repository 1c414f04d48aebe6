"""Nightly work on sign-ins."""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.sessions.models import Session

from jieyue.accounts.models import SignInAttempt
from jieyue.kit.batches import delete_in_batches

ATTEMPTS_KEPT: Final = timedelta(days=1)


def forget_old_attempts(now: datetime) -> int:
    """Delete failed sign-ins older than a day; returns how many."""
    return delete_in_batches(SignInAttempt.objects.filter(at__lt=now - ATTEMPTS_KEPT))


def forget_expired_sessions(now: datetime) -> int:
    """Delete sessions that no longer sign anybody in; returns how many."""
    return delete_in_batches(Session.objects.filter(expire_date__lt=now))
