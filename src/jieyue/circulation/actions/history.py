"""Forgetting who borrowed what: by the reader's word, or because its time is over."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from jieyue.audit.jobs import forget_reader_of
from jieyue.audit.journal import Note, note
from jieyue.circulation.models import Assessment, Block, Retention
from jieyue.circulation.queries.history import forgettable, retention, unsettled
from jieyue.circulation.rules.history import MAX_DAYS
from jieyue.fees.queries import owed_cents
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.outbox.promises import promise

BATCH: Final = 500  # loans of one transaction

FIGURES: Final = """
SELECT n.id, n.lent_at, n.branch_id, p.category_id, p.group_name, substr(t.clc, 1, 1) AS main_class
  FROM circulation_loan n
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE n.library_id = <library:bigint> AND n.id = ANY(<loans:bigint[]>)
"""
COUNT: Final = """
INSERT INTO circulation_readingfigure
       (library_id, month, branch_id, category_id, group_name, main_class, loans)
SELECT <library:bigint>, figures.month, figures.branch_id, figures.category_id,
       figures.group_name, figures.main_class, figures.loans
  FROM <figures:(month date, branch_id bigint, category_id bigint, group_name text,
                 main_class text, loans bigint)>
 WHERE true
    ON CONFLICT (library_id, month, branch_id, category_id, group_name, main_class)
    DO UPDATE SET loans = circulation_readingfigure.loans + excluded.loans
"""
LOANS: Final = """
UPDATE circulation_loan SET patron_id = NULL
 WHERE library_id = <library:bigint> AND id = ANY(<loans:bigint[]>) AND returned_at IS NOT NULL
"""
RECEIPTS: Final = """
DELETE FROM circulation_receiptline
 WHERE library_id = <library:bigint> AND loan_id = ANY(<loans:bigint[]>)
"""
# What it cost stays with the loan, what was paid with the reader, and nothing between them.
COSTS: Final = """
UPDATE circulation_assessment SET charge_id = NULL, block_id = NULL
 WHERE library_id = <library:bigint> AND loan_id = ANY(<loans:bigint[]>)
   AND (charge_id IS NOT NULL OR block_id IS NOT NULL)
"""
WHOSE_HOLDS: Final = """
SELECT DISTINCT patron_id FROM circulation_hold
 WHERE library_id = <library:bigint> AND patron_id = ANY(<patrons:bigint[]>)
   AND ended_at < <before:timestamptz>
"""
HOLDS: Final = """
UPDATE circulation_hold SET patron_id = NULL
 WHERE library_id = <library:bigint> AND patron_id = ANY(<patrons:bigint[]>)
   AND ended_at < <before:timestamptz>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryForgotten:
    """How many loans are nobody's any more. `kept_for_dues`: something is unpaid, so none was.

    `kept`: loans that 停借 or money due back hangs on, to the reader who asked.
    """

    type: Literal["history_forgotten"] = "history_forgotten"
    loans: int
    kept_for_dues: bool = False
    kept: int = 0


@action(needs=Permission.OWN_LOANS)
def erase_history(desk: Desk) -> HistoryForgotten:
    """Forget what the reader has brought back, but for the days of grace. In one transaction."""
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    if owed_cents([desk.patron_id]).get(desk.patron_id, 0) > 0:
        note(Note(patron_id=desk.patron_id))
        return HistoryForgotten(loans=0, kept_for_dues=True)
    before = retention().before(desk.now, chose=False)
    assert before is not None
    total, kept = 0, unsettled([desk.patron_id], desk.now)
    while found := forgettable([desk.patron_id], before, BATCH, kept=kept):
        total += _forget(desk, [loan for loan, _ in found])
    left = forgettable([desk.patron_id], before, BATCH)
    _forget_beside([desk.patron_id], before)
    promise("notices.forget", {"patrons": [desk.patron_id]}, at=desk.now)
    note(Note(patron_id=desk.patron_id, data={"loans": total}))
    return HistoryForgotten(loans=total, kept=len(left))


@action(needs=None)
def forget_loans(desk: Desk, *, patrons: tuple[int, ...], before: datetime) -> HistoryForgotten:
    """Forget up to 500 loans of these readers (row ids) returned before a moment.

    Only the worker does; call it until it forgets none. Who owes something is left out, and the
    loans that something else hangs on.
    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.PATRON_EDIT)
    owing = owed_cents(list(patrons))
    clear = [one for one in patrons if owing.get(one, 0) <= 0]
    kept = unsettled(clear, desk.now) if clear else ()
    found = forgettable(clear, before, BATCH, kept=kept) if clear else []
    total = _forget(desk, [loan for loan, _ in found])
    whose = {patron for _, patron in found}
    if total < BATCH and clear:
        whose |= _forget_beside(clear, before)
    if whose:
        promise("notices.forget", {"patrons": sorted(whose)}, at=desk.now)
    note(Note(data={"loans": total}))
    return HistoryForgotten(loans=total)


@action(needs=Permission.SETTINGS, whole_library=True)
def set_retention(desk: Desk, *, unchosen_days: int | None, grace_days: int) -> Saved | NotSaved:
    """Say how long it stays known who borrowed what; None: for ever, for who never chose."""
    if not 1 <= grace_days <= MAX_DAYS or not 1 <= (unchosen_days or 1) <= MAX_DAYS:
        return not_saved(Trouble.NUMBER_BAD)
    if unchosen_days == 0:
        return not_saved(Trouble.NUMBER_BAD)
    Retention.objects.update_or_create(
        library_id=desk.library_id,
        defaults={"unchosen_days": unchosen_days, "grace_days": grace_days},
    )
    return saved("retention", days=str(unchosen_days or ""), grace=str(grace_days))


def _forget(desk: Desk, loans: list[int]) -> int:
    """Count the loans, and take the reader off them."""
    if not loans:
        return 0
    counted: Counter[tuple[date, int, int, str, str]] = Counter()
    for row in sql.rows(FIGURES, loans=loans):
        month = row["lent_at"].astimezone(desk.zone).date().replace(day=1)
        counted[
            (month, row["branch_id"], row["category_id"], row["group_name"], row["main_class"])
        ] += 1
    names = ("month", "branch_id", "category_id", "group_name", "main_class")
    figures = [dict(zip(names, key, strict=True)) | {"loans": n} for key, n in counted.items()]
    sql.write([COUNT], figures=figures)
    _forget_costs(loans)
    sql.write([LOANS, RECEIPTS], loans=loans)
    return len(loans)


def _forget_costs(loans: list[int]) -> None:
    """Part what the loans cost from what their reader paid, or waited out."""
    suspending = Assessment.objects.filter(loan__in=loans, block__isnull=False)
    for row in suspending.only("inputs", "block_id"):
        Block.objects.filter(pk=row.block_id).update(loan=None)
        if row.inputs.pop("moved", None):  # which other 停借 of the reader it put off
            row.save(update_fields=["inputs"])
    sql.write([COSTS], loans=loans)


def _forget_beside(patrons: list[int], before: datetime) -> set[int]:
    """Forget the reader in what else leads from them to a book: ended holds, the journal.

    Returns whose holds there were. What they were told is forgotten by the promise that follows.
    """
    whose = {row["patron_id"] for row in sql.rows(WHOSE_HOLDS, patrons=patrons, before=before)}
    sql.write([HOLDS], patrons=patrons, before=before)
    forget_reader_of(patrons, before)
    return whose
