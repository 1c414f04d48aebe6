"""When the copies in the book drop came back, and who may say another day."""

from datetime import datetime

from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.returns import drop_moment, is_beyond_drop
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.libraries.rules.permissions import Permission


def book_drop(desk: Desk) -> datetime:
    """Return when this branch last closed, in UTC: what lies in its drop came before that.

    One statement (eight when rules moved).
    """
    return drop_under(desk, Library.objects.values_list("rules_version", flat=True).get(
        pk=desk.library_id
    ))  # fmt: skip


def drop_under(desk: Desk, rules_version: int) -> datetime:
    """Return the same for a version read under lock. No statement if it is known."""
    calendar = rulebook(rules_version).calendars[desk.branch_id]
    return drop_moment(desk.now, zone=desk.zone, calendar=calendar)


def check_moment(desk: Desk, as_of: datetime, rules_version: int) -> None:
    """Insist on a moment that a return taken at this desk may be of.

    Raises:
        ReturnDateError: nothing can have come back then.
        ForbiddenError: it is before the last closing, and whoever is here may not say so.

    """
    drop = drop_under(desk, rules_version)
    if is_beyond_drop(as_of, desk.now, drop=drop) and not desk.may(Permission.BACKDATE):
        raise ForbiddenError(Permission.BACKDATE)
