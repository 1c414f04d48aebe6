"""Charging a reader. Settling it has to do with loans too: circulation/actions/charges.py."""

from jieyue.audit.journal import Note, note
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from jieyue.fees.rules import FeeFault
from jieyue.fees.settling import Booked, NotBooked, add_line, amount_fault, not_booked
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import locked


@action(needs=Permission.FEES)
def charge(desk: Desk, *, patron: str, amount_cents: int, reason: str) -> Booked | NotBooked:
    """Charge a reader an amount (fen, positive) for a reason they can read."""
    row = locked(patron)
    if row is None:
        return not_booked(FeeFault.PATRON_UNKNOWN)
    fault = amount_fault(amount_cents, reason, needs_reason=True)
    if fault:
        return not_booked(fault, row.pk)
    owed = owed_cents([row.pk]).get(row.pk, 0)
    line = add_line(desk, row, LedgerLine.Kind.CHARGE, amount_cents, reason.strip())
    note(Note(patron_id=row.pk, data={"amount_cents": amount_cents, "line": line.public_id}))
    return Booked(
        line=line.public_id,
        patron=row.public_id,
        amount_cents=amount_cents,
        owed_cents=owed + amount_cents,
    )
