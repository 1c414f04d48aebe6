"""Sending copies between branches, and what becomes of them.

A scan at any desk ends a transit too (effects/capture.py): that is how most copies arrive.
"""

from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.catalog.models import Copy, Title
from jieyue.circulation.actions.effects.capture import END_TRANSITS, START_TRANSITS
from jieyue.circulation.actions.effects.release import REVERT_HOLDS
from jieyue.circulation.actions.transit_outcomes import (
    CopySent,
    NotSent,
    TransitCancelled,
    TransitRefused,
    refused,
)
from jieyue.circulation.models import Hold, Transit
from jieyue.circulation.queries.facts import (
    CHECKIN_FACTS,
    LOCK_COPIES,
    LOCK_QUEUES_AND_BORROWERS,
)
from jieyue.circulation.rules.reasons import Reason, Why, applying
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import OtherBranchError, Written, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission

MAX_BARCODE: Final = 40


@action(needs=Permission.TRANSIT)
def send_copy(desk: Desk, *, copy_barcode: str, to_branch: str) -> Written[CopySent | NotSent]:
    """Put a copy that is at this desk into the box for a branch (its code); it will belong there.

    Locks the copy and its queue. A copy that was on its way here, or elsewhere, has arrived.
    """
    sql.lock(LOCK_COPIES, barcodes=[copy_barcode])
    sql.lock(LOCK_QUEUES_AND_BORROWERS, barcodes=[copy_barcode], now=desk.now)
    rows = sql.rows(CHECKIN_FACTS, barcodes=[copy_barcode], today=desk.today)
    place = Branch.objects.filter(code=to_branch).first()
    row = rows[0] if rows else None
    if row is None or place is None:
        unknown = [(Reason.COPY_UNKNOWN, row is None), (Reason.BRANCH_UNKNOWN, place is None)]
        return Written(_not_sent(copy_barcode, row, applying(unknown)))
    is_packed = row["transit_id"] is not None and row["transit_from"] == desk.branch_id
    against = [
        (Reason.COPY_WITHDRAWN, row["standing"] == "withdrawn"),
        (Reason.COPY_ON_LOAN, row["loan_id"] is not None),
        (Reason.COPY_HELD_FOR_ANOTHER, row["held_id"] is not None),
        (Reason.BRANCH_CLOSED, not place.is_open),
        (Reason.COPY_IS_HERE, place.pk == desk.branch_id),
        (Reason.COPY_IN_TRANSIT, is_packed),
        (Reason.COPY_LOST, row["standing"] in ("lost", "missing")),
    ]
    if reasons := applying(against):
        return Written(_not_sent(copy_barcode, row, reasons))
    if row["transit_id"] is not None:
        ending = "arrived" if row["transit_to"] == desk.branch_id else "elsewhere"
        sql.write([END_TRANSITS], done=[{"id": row["transit_id"], "ending": ending}], at=desk.now)
    sent = {
        "public_id": public_id(),
        "copy_id": row["copy_id"],
        "to_branch": place.pk,
        "why": Transit.Why.REQUEST.value,
        "hold_id": None,
    }
    note(_entry(row, "copy_sent", transit=sent["public_id"], to_branch=place.code))
    outcome = CopySent(
        transit=sent["public_id"],
        copy_barcode=copy_barcode,
        title=row["title"],
        branch=place.code,
        branch_name=place.name,
    )
    return Written(outcome, (START_TRANSITS,), {"sent": [sent]})


@action(needs=Permission.TRANSIT)
def cancel_transit(desk: Desk, *, transit: str) -> TransitCancelled | TransitRefused:
    """Take a copy out of its box again; a reader it was meant for waits on at their place.

    Raises OtherBranchError unless the desk works at one of its two branches. Locks copy and title.
    """
    row = _locked(transit)
    if row is None:
        return refused(Reason.TRANSIT_UNKNOWN)
    if not (desk.works_at(row.from_branch_id) or desk.works_at(row.to_branch_id)):
        raise OtherBranchError(row.from_branch_id)
    if row.ended_at is not None:
        return refused(Reason.TRANSIT_ENDED, copy_id=row.copy_id, ending=row.ending or "")
    Transit.objects.filter(pk=row.pk).update(ended_at=desk.now, ending=Transit.Ending.CANCELLED)
    meant_for = Hold.objects.filter(
        captured_copy_id=row.copy_id, state=Hold.State.IN_TRANSIT
    ).first()
    if meant_for is not None:
        sql.write([REVERT_HOLDS], reverted=[meant_for.pk])
    note(
        Note(
            title_id=row.copy.title_id,
            copy_id=row.copy_id,
            data={"transit": transit, "hold": meant_for.public_id if meant_for else ""},
        )
    )
    return TransitCancelled(
        transit=transit,
        copy_barcode=row.copy.barcode,
        title=row.copy.title.name,
        hold=meant_for.public_id if meant_for else "",
    )


def _locked(transit: str) -> Transit | None:
    """Lock the copy, its title and the transit; the transit says what it is then."""
    known = Transit.objects.filter(public_id=transit).first()
    if known is None:
        return None
    copy = lock_one(Copy.objects.filter(pk=known.copy_id))
    assert copy is not None
    lock_one(Title.objects.filter(pk=copy.title_id))
    return lock_one(Transit.objects.select_related("copy__title").filter(pk=known.pk))


def _not_sent(barcode: str, row: sql.Row | None, reasons: tuple[Reason, ...]) -> NotSent:
    note(_entry(row, "refused", *reasons, barcode="" if row else barcode[:MAX_BARCODE]))
    return NotSent(
        copy_barcode=barcode,
        title=row["title"] if row else "",
        reasons=tuple(Why(reason) for reason in reasons),
    )


def _entry(row: sql.Row | None, outcome: str, *reasons: Reason, **data: Any) -> Note:
    return Note(
        outcome=outcome,
        title_id=row["title_id"] if row else None,
        copy_id=row["copy_id"] if row else None,
        reasons=tuple(reasons),
        data={name: value for name, value in data.items() if value},
    )
