"""Who may serve their own classes only: a desk that lends, takes back and undoes just there."""

from collections.abc import Iterable
from dataclasses import replace

from jieyue.circulation.models import Loan
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import IN_CLASS, Permission
from jieyue.patrons.groups import groups_seen
from jieyue.patrons.models import Patron


def in_class(desk: Desk) -> Desk:
    """Return the desk as it is in class: with what that takes, for the readers of own classes.

    Whoever may lend at the ordinary desk has the same rights in class. Raises ForbiddenError.
    """
    if desk.may(Permission.CHECKOUT):
        return desk
    if not desk.may(Permission.CLASSES):
        raise ForbiddenError(Permission.CLASSES)
    return replace(desk, permissions=desk.permissions | IN_CLASS, groups=groups_seen(desk))


def need_group(desk: Desk, patron_id: int | None) -> None:
    """Refuse a reader (row id) whom this desk does not serve. Raises ForbiddenError."""
    if desk.groups is None:
        return
    readers = Patron.objects.filter(pk=patron_id, group_name__in=desk.groups)
    if not readers.exists():
        raise ForbiddenError(Permission.PATRON_VIEW)


def need_group_of_copies(desk: Desk, barcodes: Iterable[str]) -> None:
    """Refuse copies that are lent to readers whom this desk does not serve: ForbiddenError."""
    if desk.groups is None:
        return
    lent = Loan.objects.filter(copy__barcode__in=list(barcodes), returned_at=None)
    if lent.exclude(patron__group_name__in=desk.groups).exists():
        raise ForbiddenError(Permission.PATRON_VIEW)
