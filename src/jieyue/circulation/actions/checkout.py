"""Lending: one copy or a pile of them to one reader, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.queries.facts import CheckoutFacts, lock_and_read_checkout
from jieyue.circulation.queries.rulebook import Rulebook, rulebook
from jieyue.circulation.rules.checkout import CopyFacts, PatronFacts, checkout_refusals
from jieyue.circulation.rules.due_dates import DueDate, due_date
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason, Why, codes, waived
from jieyue.circulation.rules.renewals import expiry_ceiling
from jieyue.circulation.rules.terms import remembered
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, Written, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_COPIES: Final = 100  # of one call; an RFID pad holds a dozen

INSERT_LOANS: Final = """
INSERT INTO circulation_loan (library_id, public_id, copy_id, patron_id, branch_id, lent_at, due_at,
                              renewals, terms)
SELECT <library:bigint>, loans.public_id, loans.copy_id, <patron_id:bigint>, <branch:bigint>,
       <at:timestamptz>, loans.due_at, 0, loans.terms
  FROM <loans:(public_id text, copy_id bigint, due_at timestamptz, terms jsonb)>
 WHERE <library:bigint> > 0
"""
FOUND_AGAIN: Final = """
UPDATE catalog_copy SET standing = 'in_use'
 WHERE library_id = <library:bigint> AND id = ANY(<found:bigint[]>)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A copy that is now the patron's until `due_on` (local) / `due_at` (UTC)."""

    type: Literal["lent"] = "lent"
    loan: str  # public id
    copy_barcode: str
    title: str
    due_on: date
    due_at: datetime
    parts: str  # to hand over with it, such as a CD
    loans_left: int
    overridden: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()  # was_missing, was_lost


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLent:
    """A copy that was not lent, and every reason why."""

    type: Literal["refused"] = "refused"
    copy_barcode: str
    title: str  # empty if the barcode is unknown
    reasons: tuple[Why, ...]
    can_be_overridden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What became of each copy, in the order given."""

    type: Literal["checkout"] = "checkout"
    results: tuple[Lent | NotLent, ...]


@action(needs=Permission.CHECKOUT)
def checkout(
    desk: Desk,
    *,
    copy_barcodes: tuple[str, ...],
    card_barcode: str,
    override: frozenset[Reason] = frozenset(),
) -> Checkout | Written[Checkout]:
    """Lend the copies, or say for each every reason why not; a refusal changes nothing.

    `override` names reasons that staff waive; it needs its own right and is journalled. Locks the
    copies, then the patron, the order every action keeps. At most 100 copies; more raise
    ValueError.
    """
    if not 0 < len(copy_barcodes) <= MAX_COPIES:
        raise ValueError(f"a checkout takes 1 to {MAX_COPIES} copies")
    if override and not desk.may(Permission.OVERRIDE):
        raise ForbiddenError(Permission.OVERRIDE)
    facts = lock_and_read_checkout(copy_barcodes, card_barcode, now=desk.now)
    results: list[Lent | NotLent] = []
    loans: list[dict[str, Any]] = []
    found: list[int] = []
    for place, barcode in enumerate(copy_barcodes):
        copy = facts.copies.get(barcode)
        again = barcode in copy_barcodes[:place]
        decided = _decide(desk, facts, copy, len(loans), override, again=again)
        if isinstance(decided, tuple):
            result: Lent | NotLent = _refused(barcode, copy, decided)
        else:
            result, row = decided.lent, decided.row
            loans.append(row)
            if result.notes:
                found.append(row["copy_id"])
        results.append(result)
        _note(facts, copy, result)
    outcome = Checkout(results=tuple(results))
    if facts.patron is None or not loans:
        return outcome
    params: dict[str, Any] = {"loans": loans, "patron_id": facts.patron.patron_id}
    if not found:
        return Written(outcome, (INSERT_LOANS,), params)
    return Written(outcome, (INSERT_LOANS, FOUND_AGAIN), params | {"found": found})


@dataclass(frozen=True, slots=True)
class _Decision:
    lent: Lent
    row: dict[str, Any]  # for INSERT_LOANS


def _decide(
    desk: Desk,
    facts: CheckoutFacts,
    copy: CopyFacts | None,
    lent_before: int,
    override: frozenset[Reason],
    *,
    again: bool,
) -> _Decision | tuple[Why, ...]:
    """Return the loan to make, or the reasons against it."""
    patron = facts.patron
    if copy is None or patron is None or again:
        checks = (
            (Reason.COPY_UNKNOWN, copy is None),
            (Reason.PATRON_UNKNOWN, patron is None),
            (Reason.SCANNED_TWICE, again),
        )
        return tuple(Why(reason) for reason, applies in checks if applies)
    book = rulebook(facts.rules_version)
    terms = book.terms(desk.branch_id, patron.category_id, copy.item_type_id)
    reasons = checkout_refusals(
        patron, copy, terms=terms, today=desk.today, lent_before=lent_before
    )
    lifted = waived(reasons, override)
    if len(lifted) < len(reasons):
        return reasons
    due = due_date(
        desk.now,
        days=terms.loan_days,
        zone=desk.zone,
        calendar=book.calendars[desk.branch_id],
        closed_days=terms.closed_days,
        ceilings=expiry_ceiling(patron.expires_on, desk.today),
    )
    if due is None:
        return (Why(Reason.NO_OPEN_DAY),)
    return _lend(book, terms, patron, copy, due, lent_before, lifted)


def _refused(barcode: str, copy: CopyFacts | None, reasons: tuple[Why, ...]) -> NotLent:
    return NotLent(
        copy_barcode=barcode,
        title=copy.title if copy else "",
        reasons=reasons,
        can_be_overridden=OVERRIDABLE.issuperset(why.code for why in reasons),
    )


def _lend(
    book: Rulebook,
    terms: Terms,
    patron: PatronFacts,
    copy: CopyFacts,
    due: DueDate,
    lent_before: int,
    lifted: tuple[Why, ...],
) -> _Decision:
    loan = public_id()
    lent = Lent(
        loan=loan,
        copy_barcode=copy.barcode,
        title=copy.title,
        due_on=due.on,
        due_at=due.at,
        parts=copy.parts,
        loans_left=max(0, terms.max_loans - patron.open_loans - lent_before - 1),
        overridden=tuple(why.code for why in lifted),
        notes=(f"was_{copy.standing}",) if copy.standing in ("missing", "lost") else (),
    )
    row = {
        "public_id": loan,
        "copy_id": copy.copy_id,
        "due_at": due.at,
        "terms": remembered(book.version, terms, due, days=terms.loan_days, row="loan_days"),
    }
    return _Decision(lent, row)


def _note(facts: CheckoutFacts, copy: CopyFacts | None, result: Lent | NotLent) -> None:
    note(
        Note(
            outcome=result.type,
            patron_id=facts.patron.patron_id if facts.patron else None,
            title_id=copy.title_id if copy else None,
            copy_id=copy.copy_id if copy else None,
            reasons=codes(result.reasons) if isinstance(result, NotLent) else (),
            overridden=tuple(result.overridden) if isinstance(result, Lent) else (),
            data={"loan": result.loan} if isinstance(result, Lent) else {},
        )
    )
