"""Piles of copies, changed or taken back step by step; and forgetting old ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from jieyue.circulation.actions.piles import give_pile_up, hopeful_piles, step_pile, stop_pile
from jieyue.circulation.models import PileChange, PileScan
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import all_libraries, staff_by_id
from jieyue.libraries.tokens import with_token
from jieyue.libraries.worker_desk import at_every_library

KEPT: Final = timedelta(days=90)
DRAFTS_KEPT: Final = timedelta(days=7)
SCANS_KEPT: Final = timedelta(days=30)


def keep_pile(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise of one step, in the name and with the rights of whoever began it.

    Who has these no more stops it where it is; its page says so to somebody else.
    """
    row = PileChange.objects.filter(public_id=payload["pile"]).first()
    if row is None:
        return
    there = replace(desk, branch_id=row.branch_id)
    if row.token_id is not None:
        there = with_token(there, row.token_id) or replace(there, permissions=frozenset())
    elif row.staff_id is not None:
        staff = staff_by_id(row.staff_id)
        there = replace(
            there,
            staff_id=row.staff_id,
            permissions=staff.permissions if staff else frozenset(),
            branch_ids=staff.branch_ids if staff else None,
        )
    try:
        step_pile(there, pile=row.public_id, promised=payload["step"])
    except (ForbiddenError, OtherBranchError):
        stop_pile(desk, pile=row.public_id)


def stop_hopeless_piles(now: datetime) -> int:
    """Bring piles to rest whose step failed again and again; return how many.

    They would be at work for ever, and nobody could go on with them or take them back.
    """
    return sum(at_every_library(now, _stop_hopeless).values())


def _stop_hopeless(desk: Desk) -> int:
    states = (PileChange.State.RUNNING, PileChange.State.UNDOING)
    found = PileChange.objects.filter(state__in=states).values_list("public_id", flat=True)
    at_work = list(found)  # first: a step that ends meanwhile has promised the next
    hopeful = hopeful_piles(desk) if at_work else set()
    hopeless = [pile for pile in at_work if pile not in hopeful]
    return sum(give_pile_up(desk, pile=pile).is_last for pile in hopeless)


def forget_old_piles(now: datetime) -> int:
    """Delete piles only looked at a week ago, those at rest for 90 days, and scans of 30 days."""
    count = 0
    for library_id in all_libraries().values():
        with library_scope(library_id):
            drafts = Q(state=PileChange.State.DRAFT, created_at__lt=now - DRAFTS_KEPT)
            old = drafts | Q(ended_at__lt=now - KEPT)
            count += delete_in_batches(PileChange.objects.filter(old))
            scans = PileScan.objects.filter(scanned_at__lt=now - SCANS_KEPT)
            count += delete_in_batches(scans)
    return count
