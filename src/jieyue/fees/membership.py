"""Joining and staying a reader: the card type's yearly fee is charged in the same transaction."""

from datetime import date

from jieyue.accounts.passwords import NewSecret
from jieyue.fees.models import LedgerLine
from jieyue.fees.settling import add_line
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import PatronRefused, PatronSaved, locked, refused, saved, unknown
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.membership import Fault, PatronFault, extended_until
from jieyue.patrons.writing import (
    Details,
    card_fault,
    create_patron,
    detail_faults,
    issue_card,
    values_of,
)

YEARLY_FEE = "yearly_fee"


@action(needs=Permission.PATRON_EDIT)
def add_patron(
    desk: Desk,
    *,
    details: Details,
    card_barcode: str = "",
    expires_on: date | None = None,
    password: NewSecret | None = None,
    may_be_same: bool = False,
) -> PatronSaved | PatronRefused:
    """Add a reader with a card: the scanned number, or the next of the library's range.

    Valid as long as the card type says, unless `expires_on` (local, the last valid day) is given.
    `may_be_same` confirms that a reader of the same name and phone number is somebody else.
    """
    faults, category, branch = detail_faults(desk, details, may_be_same=may_be_same)
    barcode = card_barcode.strip()
    if barcode and (fault := card_fault(barcode)):
        faults.append(fault)
    if expires_on is not None and expires_on < desk.today:
        faults.append(Fault("expires_on", PatronFault.DATE_PAST))
    if faults or category is None or branch is None:
        return refused(*faults)
    patron = create_patron(
        desk,
        values_of(details),
        category=category,
        branch=branch,
        expires_on=expires_on,
        password=password,
    )
    issue_card(desk, patron.pk, barcode)
    return saved(patron, charged_cents=charge_fee(desk, patron))


@action(needs=Permission.PATRON_EDIT)
def renew_membership(
    desk: Desk, *, patron: str, expires_on: date | None = None
) -> PatronSaved | PatronRefused:
    """Extend a card by the card type's validity, from its end or from today if it has ended."""
    row = locked(patron)
    if row is None:
        return unknown()
    if expires_on is not None and expires_on < desk.today:
        return refused(Fault("expires_on", PatronFault.DATE_PAST), patron_id=row.pk)
    extended = extended_until(desk.today, row.expires_on, row.category.valid_months)
    row.expires_on = expires_on or extended
    row.save(update_fields=["expires_on"])
    return saved(row, charged_cents=charge_fee(desk, row))


def charge_fee(desk: Desk, patron: Patron) -> int:
    """Charge the card type's yearly fee, if it has one; return it."""
    fee: int = patron.category.yearly_fee_cents
    if fee:
        add_line(desk, patron, LedgerLine.Kind.CHARGE, fee, YEARLY_FEE)
    return fee
