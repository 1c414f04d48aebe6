"""Readers and their cards. Adding one, and extending a card, may charge: see fees/membership.py."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import NewSecret
from jieyue.accounts.sessions import end_sessions
from jieyue.audit.journal import Note, note
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Card, Patron
from jieyue.patrons.readers import is_reader_elsewhere
from jieyue.patrons.rules.membership import Fault, PatronFault, text_faults
from jieyue.patrons.writing import (
    Details,
    card_fault,
    create_account,
    detail_faults,
    issue_card,
    values_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronSaved:
    """The reader as they now stand. `card` is the current card's barcode, or empty."""

    type: Literal["patron_saved"] = "patron_saved"
    patron: str  # public id
    card: str = ""
    expires_on: date | None = None
    charged_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronRefused:
    """Nothing changed but the journal, and everything that stands against it."""

    type: Literal["refused"] = "refused"
    faults: tuple[Fault, ...]


def refused(*faults: Fault, patron_id: int | None = None) -> PatronRefused:
    """Return the refusal and journal its codes."""
    reasons = tuple(fault.code.value for fault in faults)
    note(Note(outcome="refused", patron_id=patron_id, reasons=reasons))
    return PatronRefused(faults=faults)


def unknown() -> PatronRefused:
    """Return the refusal for a reader who is not there (404 at a door)."""
    return refused(Fault("patron", PatronFault.PATRON_UNKNOWN))


def locked(public_id: str) -> Patron | None:
    """Lock a reader's row until the action ends."""
    return lock_one(Patron.objects.filter(public_id=public_id))


def saved(patron: Patron, *, charged_cents: int = 0, **data: str) -> PatronSaved:
    """Return the reader as they now stand, and journal it. One statement."""
    note(Note(patron_id=patron.pk, data=dict(data)))
    current = Card.objects.filter(patron=patron, ended_at=None).first()
    return PatronSaved(
        patron=patron.public_id,
        card=current.barcode if current else "",
        expires_on=patron.expires_on,
        charged_cents=charged_cents,
    )


@action(needs=Permission.PATRON_EDIT)
def edit_patron(desk: Desk, *, patron: str, details: Details) -> PatronSaved | PatronRefused:
    """Change a reader's details; the card and its validity stay."""
    row = locked(patron)
    if row is None:
        return unknown()
    faults, category, branch = detail_faults(desk, details, patron_id=row.pk)
    if faults or category is None or branch is None:
        return refused(*faults, patron_id=row.pk)
    for column, value in values_of(details).items():
        setattr(row, column, value)
    row.category, row.branch = category, branch
    row.save()
    return saved(row)


@action(needs=Permission.PATRON_EDIT)
def freeze_patron(desk: Desk, *, patron: str, reason: str) -> PatronSaved | PatronRefused:
    """Suspend a reader's borrowing until somebody lifts it; the reader is told the reason."""
    row = locked(patron)
    if row is None:
        return unknown()
    text = reason.strip()
    if not text:
        return refused(Fault("reason", PatronFault.REASON_MISSING), patron_id=row.pk)
    if faults := text_faults([("reason", text)]):
        return refused(*faults, patron_id=row.pk)
    row.frozen_at, row.frozen_reason = row.frozen_at or desk.now, text
    row.save(update_fields=["frozen_at", "frozen_reason"])
    return saved(row)


@action(needs=Permission.PATRON_EDIT)
def unfreeze_patron(desk: Desk, *, patron: str) -> PatronSaved | PatronRefused:  # noqa: ARG001
    """Lift a suspension."""
    row = locked(patron)
    if row is None:
        return unknown()
    row.frozen_at, row.frozen_reason = None, ""
    row.save(update_fields=["frozen_at", "frozen_reason"])
    return saved(row)


@action(needs=Permission.PATRON_EDIT)
def report_card_lost(desk: Desk, *, patron: str) -> PatronSaved | PatronRefused:
    """Stop the current card at once; who finds it cannot borrow with it."""
    row = locked(patron)
    if row is None:
        return unknown()
    current = Card.objects.filter(patron=row, ended_at=None).first()
    if current is None:
        return refused(Fault("patron", PatronFault.NO_CARD), patron_id=row.pk)
    if current.lost_at is None:
        Card.objects.filter(pk=current.pk).update(lost_at=desk.now)
    return saved(row)


@action(needs=Permission.PATRON_EDIT)
def card_found(desk: Desk, *, patron: str) -> PatronSaved | PatronRefused:  # noqa: ARG001
    """Make a card that was reported lost good again."""
    row = locked(patron)
    if row is None:
        return unknown()
    Card.objects.filter(patron=row, ended_at=None).update(lost_at=None)
    return saved(row)


@action(needs=Permission.PATRON_EDIT)
def replace_card(desk: Desk, *, patron: str, card_barcode: str = "") -> PatronSaved | PatronRefused:
    """End the current card and give a new one: the scanned number, or the next of the range."""
    row = locked(patron)
    if row is None:
        return unknown()
    barcode = card_barcode.strip()
    if barcode and (fault := card_fault(barcode)):
        return refused(fault, patron_id=row.pk)
    Card.objects.filter(patron=row, ended_at=None).update(ended_at=desk.now)
    issue_card(desk, row.pk, barcode)
    return saved(row)


@action(needs=Permission.PATRON_EDIT)
def set_patron_password(
    desk: Desk, *, patron: str, password: NewSecret
) -> PatronSaved | PatronRefused:
    """Give a reader a new password; their open sessions end.

    A login that also belongs to staff, or to a reader elsewhere, is not touched: this reader then
    gets one of their own.
    """
    row = locked(patron)
    if row is None:
        return unknown()
    account = row.account
    if account is None or account.login is not None or is_reader_elsewhere([account.pk]):
        row.account = create_account(desk, row, password)
        row.save(update_fields=["account"])
    else:
        Account.objects.filter(pk=account.pk).update(password=password.stored)
        end_sessions(account.pk)
    return saved(row)
