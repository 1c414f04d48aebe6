"""What losing a copy brings about: the charge, the copy's standing, and the end when it is settled.

A lost loan stays open until it is settled: paid, let off, or replaced by another copy. All of it
runs inside an action that has locked the copy and the reader.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Max

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.effects.late import late_effect
from jieyue.circulation.models import Assessment, Loan
from jieyue.circulation.queries.facts import LOCK_LOANS
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.losses import Cost, lost_cost
from jieyue.circulation.rules.policies import Terms
from jieyue.fees.models import LedgerLine
from jieyue.fees.settling import Account, account_of, add_line, settle
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.outbox.promises import promise

# LedgerLine.reason, as codes; doors have the words.
LOST_BOOK: Final = "lost_book"
REPLACEMENT: Final = "replacement"
FOUND: Final = "found"
NEVER_LENT: Final = "never_lent"


def locked_loan(desk: Desk, loan: str, *, is_own: bool) -> Loan | None:
    """Lock a loan's copy and reader, then read it with both. `is_own`: only a reader's own."""
    sql.lock(LOCK_LOANS, loans=[loan])
    found: Loan | None = (
        Loan.objects.select_related("copy__title", "patron").filter(public_id=loan).first()
    )
    if found is None or (is_own and found.patron_id != desk.patron_id):
        return None
    return found


def terms_of(desk: Desk, loan: Loan) -> Terms:
    """Return the terms of a loan as they are now. One statement if the rules are known."""
    category = loan.patron.category_id if loan.patron else 0
    book = rulebook(rules_version(desk))
    return book.terms(loan.branch_id, category, loan.copy.item_type_id)


def rules_version(desk: Desk) -> int:
    """Return the version of the library's rules. One statement."""
    version: int = Library.objects.values_list("rules_version", flat=True).get(pk=desk.library_id)
    return version


def cost_of(desk: Desk, loan: Loan, said_cents: int | None = None) -> Cost | None:
    """Return what losing the loan's copy costs; None if nobody knows its price."""
    return lost_cost(loan.copy.price_cents, terms_of(desk, loan), said_cents=said_cents)


def declare_lost(
    desk: Desk, loan: Loan, *, how: str, cost: Cost | None, at: datetime | None = None
) -> LedgerLine | None:
    """Write down that the copy of an open, locked loan is lost since `at`; return the charge.

    Without a cost the loan waits for staff to say one; a cost of nothing settles it at once.
    """
    moment = max(at or desk.now, loan.lent_at)
    _settle_lateness(desk, loan, moment)
    loan.lost_at, loan.lost_how, loan.claimed_at = moment, how, None
    loan.save(update_fields=["lost_at", "lost_how", "claimed_at"])
    Copy.objects.filter(pk=loan.copy_id).update(standing=Copy.Standing.LOST)
    if how != Loan.LostHow.READER:
        promise("notices.loan_lost", {"loan": loan.public_id}, at=desk.now)
    return charge_loss(desk, loan, cost) if cost is not None else None


def _settle_lateness(desk: Desk, loan: Loan, until: datetime) -> None:
    """Charge what the loan was late until it was lost (or claimed); it stays when it is found."""
    assert loan.patron is not None
    facts: sql.Row = {
        "loan_id": loan.pk,
        "loan": loan.public_id,
        "patron_id": loan.patron_id,
        "category_id": loan.patron.category_id,
        "item_type_id": loan.copy.item_type_id,
        "branch_id": loan.branch_id,
        "due_at": loan.due_at,
        "claimed_at": loan.claimed_at,
        "lost_at": loan.lost_at,
        "is_hourly": loan.is_hourly,
        "price_cents": loan.copy.price_cents,
        "rules_version": rules_version(desk),
    }
    late_effect(desk, [facts], ended_at=until)


def charge_loss(desk: Desk, loan: Loan, cost: Cost) -> LedgerLine | None:
    """Charge what a lost loan costs; nothing to pay ends it."""
    assert loan.patron is not None
    line = None
    if cost.cents:
        line = add_line(desk, loan.patron, LedgerLine.Kind.CHARGE, cost.cents, LOST_BOOK)
    assess(desk, loan, Assessment.Kind.LOST, cost.cents, line, cost.kept())
    if line is None:
        end_lost(desk, [loan])
    return line


def assess(
    desk: Desk,
    loan: Loan,
    kind: str,
    cents: int,
    charge: LedgerLine | None,
    inputs: Mapping[str, object],
) -> Assessment:
    """Keep what a loss or damage cost and why; a loan may be lost again after it was not."""
    before = Assessment.objects.filter(loan=loan, kind=kind).aggregate(last=Max("period"))["last"]
    made: Assessment = Assessment.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        loan=loan,
        kind=kind,
        period=0 if before is None else before + 1,
        units=1,
        amount_cents=cents,
        charge=charge,
        inputs=dict(inputs),
        at=desk.now,
    )
    return made


def end_lost(desk: Desk, loans: Iterable[Loan], ending: str = Loan.Ending.LOST) -> tuple[str, ...]:
    """End loans without the copy; return their public ids. The copies stay as they are."""
    ended = []
    for loan in loans:
        loan.returned_at, loan.ending = max(desk.now, loan.lent_at), ending
        loan.returned_branch_id = desk.branch_id
        loan.save(update_fields=["returned_at", "ending", "returned_branch"])
        ended.append(loan.public_id)
    return tuple(ended)


def end_settled(desk: Desk, account: Account) -> tuple[str, ...]:
    """End the lost loans of a locked reader whose charges are settled; return their public ids.

    Called by whatever settles charges: paying, letting off, the deposit. One statement if the
    reader has no lost loan.
    """
    open_lost = Loan.objects.filter(patron=account.patron, returned_at=None, lost_at__isnull=False)
    loans = list(open_lost.order_by("pk"))
    if not loans:
        return ()
    left = {balance.charge: balance.left_cents for balance in account.balances}
    charged: dict[int, int] = {}
    since = {loan.pk: loan.lost_at for loan in loans}
    rows = Assessment.objects.filter(loan__in=loans, kind=Assessment.Kind.LOST)
    for loan_id, charge_id, at in rows.values_list("loan_id", "charge_id", "at"):
        if at >= since[loan_id]:  # one before is of a loss that was taken back
            charged[loan_id] = charged.get(loan_id, 0) + max(0, left.get(charge_id, 0))
    # One that staff have yet to price has no assessment, and is not settled.
    return end_lost(desk, [loan for loan in loans if charged.get(loan.pk) == 0])


def waive_left(desk: Desk, loan: Loan, reason: str, *, kinds: Iterable[str] = ("lost",)) -> int:
    """Let the reader off what is left of a loan's charges of these kinds; return it in fen.

    Never more than what is left, so no balance falls below zero.
    """
    charges = Assessment.objects.filter(loan=loan, kind__in=list(kinds), charge__isnull=False)
    ids = set(charges.values_list("charge_id", flat=True))
    if not ids or loan.patron is None:
        return 0
    account = account_of(loan.patron)
    parts = [(b.charge, b.left_cents) for b in account.balances if b.charge in ids]
    parts = [(charge, left) for charge, left in parts if left > 0]
    settle(desk, account, parts, LedgerLine.Kind.WAIVER, reason=reason)
    return sum(left for _, left in parts)
