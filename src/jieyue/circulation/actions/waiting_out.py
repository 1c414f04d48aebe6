"""Settling what readers have waited out: 停借 that is over pays the charge it stood for."""

from dataclasses import dataclass
from typing import Literal

from jieyue.circulation.actions.effects.settled import settle_waited, waited_out
from jieyue.fees.settling import account_of
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Patron


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitedOut:
    """How many readers had something settled."""

    type: Literal["waited_out"] = "waited_out"
    readers: int


@action(needs=Permission.FEES)
def settle_waited_out(desk: Desk, *, patrons: tuple[str, ...]) -> WaitedOut:
    """Waive what these readers (public ids) have waited out. Locks them in order of id."""
    rows = list(
        Patron.objects.filter(public_id__in=patrons).select_for_update(of=("self",)).order_by("pk")
    )
    ids = [row.pk for row in rows]
    due = {row["patron_id"] for row in waited_out(ids, today=desk.today, now=desk.now)}
    for row in rows:
        if row.pk in due:
            settle_waited(desk, account_of(row))
    return WaitedOut(readers=len(due))
