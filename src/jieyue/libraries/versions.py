"""The version that caches of a library's rules go by."""

from datetime import datetime

from django.db.models import F

from jieyue.libraries.models import Library
from jieyue.outbox.promises import promise


def rules_changed(library_id: int) -> None:
    """Say that a rule or calendar changed, inside the action that changed it. One statement."""
    Library.objects.filter(pk=library_id).update(rules_version=F("rules_version") + 1)


def calendar_changed(library_id: int, *, now: datetime) -> None:
    """Say that days or hours changed: open loans due on a day closed now will move. Two statements.

    The worker moves them, later only (`circulation/jobs/dates.py`).
    """
    rules_changed(library_id)
    promise("circulation.calendar_changed", {}, at=now)
