"""Renewing one loan or all of a reader's."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.queries.facts import LOAN_FACTS, LOCK_LOANS
from jieyue.circulation.queries.renewals import renewal_decision
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason, Why, codes, waived
from jieyue.circulation.rules.terms import remembered
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError, Written, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_LOANS: Final = 100

MOVE_DUE: Final = """
UPDATE circulation_loan
   SET due_at = moved.due_at, renewals = renewals + 1, renewed_at = <at:timestamptz>,
       terms = moved.terms
  FROM <moved:(id bigint, due_at timestamptz, terms jsonb)>
 WHERE circulation_loan.library_id = <library:bigint> AND circulation_loan.id = moved.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A loan with its new last day."""

    type: Literal["renewed"] = "renewed"
    loan: str
    copy_barcode: str
    title: str
    due_on: date
    due_at: datetime
    renewals: int
    renewals_left: int
    overridden: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRenewed:
    """A loan left as it was, and every reason why."""

    type: Literal["refused"] = "refused"
    loan: str
    copy_barcode: str
    title: str
    reasons: tuple[Why, ...]
    can_be_overridden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """What became of each loan, in the order given."""

    type: Literal["renewals"] = "renewals"
    results: tuple[Renewed | NotRenewed, ...]


@action(needs=None)
def renew(
    desk: Desk, *, loans: tuple[str, ...], override: frozenset[Reason] = frozenset()
) -> Written[Renewals]:
    """Renew the loans (public ids), or say for each every reason why not.

    Staff need the right to renew; a reader may renew their own, and another's is unknown to them.
    At most 100 loans; more raise ValueError.
    """
    if not desk.may(Permission.RENEW) and not desk.may(Permission.OWN_LOANS):
        raise ForbiddenError(Permission.RENEW)
    if override and not desk.may(Permission.OVERRIDE):
        raise ForbiddenError(Permission.OVERRIDE)
    if not 0 < len(loans) <= MAX_LOANS:
        raise ValueError(f"a renewal takes 1 to {MAX_LOANS} loans")
    asked = list(dict.fromkeys(loans))
    sql.lock(LOCK_LOANS, loans=asked)
    found = {row["loan"]: row for row in sql.rows(LOAN_FACTS, loans=asked, now=desk.now)}
    results: list[Renewed | NotRenewed] = []
    moved: list[dict[str, Any]] = []
    for public_id in asked:
        row = found.get(public_id)
        if row is None or not may_see(desk, row["patron_id"]):
            results.append(_unknown(public_id))
            note(Note(outcome="refused", reasons=(Reason.LOAN_UNKNOWN,)))
            continue
        result, change = _renew_one(desk, row, override)
        results.append(result)
        moved += change
        _journal(row, result)
    outcome = Renewals(results=tuple(results))
    return Written(outcome, (MOVE_DUE,), {"moved": moved}) if moved else Written(outcome)


def may_see(desk: Desk, patron_id: int) -> bool:
    """Say whether the desk may act on this patron's loans: staff any, a reader their own."""
    return desk.may(Permission.RENEW) or desk.patron_id == patron_id


def _renew_one(
    desk: Desk, row: sql.Row, override: frozenset[Reason]
) -> tuple[Renewed | NotRenewed, list[dict[str, Any]]]:
    decided = renewal_decision(desk, row)
    lifted = waived(decided.reasons, override)
    if decided.due is None or len(lifted) < len(decided.reasons):
        return _refused(row, decided.reasons), []
    book = rulebook(row["rules_version"])
    terms = book.terms(row["branch_id"], row["category_id"], row["item_type_id"])
    renewed = Renewed(
        loan=row["loan"],
        copy_barcode=row["barcode"],
        title=row["title"],
        due_on=decided.due.on,
        due_at=decided.due.at,
        renewals=row["renewals"] + 1,
        renewals_left=max(0, terms.max_renewals - row["renewals"] - 1),
        overridden=tuple(why.code for why in lifted),
    )
    remember = remembered(
        book.version, terms, decided.due, days=terms.renewal_days, row="renewal_days"
    )
    before = {
        "due_at": row["due_at"].isoformat(),
        "renewed_at": row["renewed_at"].isoformat() if row["renewed_at"] else None,
    }
    change = {
        "id": row["loan_id"],
        "due_at": decided.due.at,
        "terms": remember | {"before": before},  # what undoing the renewal goes back to
    }
    return renewed, [change]


def _refused(row: sql.Row, reasons: tuple[Why, ...]) -> NotRenewed:
    return NotRenewed(
        loan=row["loan"],
        copy_barcode=row["barcode"],
        title=row["title"],
        reasons=reasons,
        can_be_overridden=OVERRIDABLE.issuperset(why.code for why in reasons),
    )


def _unknown(public_id: str) -> NotRenewed:
    return NotRenewed(
        loan=public_id,
        copy_barcode="",
        title="",
        reasons=(Why(Reason.LOAN_UNKNOWN),),
        can_be_overridden=False,
    )


def _journal(row: sql.Row, result: Renewed | NotRenewed) -> None:
    note(
        Note(
            outcome=result.type,
            patron_id=row["patron_id"],
            title_id=row["title_id"],
            copy_id=row["copy_id"],
            reasons=codes(result.reasons) if isinstance(result, NotRenewed) else (),
            overridden=tuple(result.overridden) if isinstance(result, Renewed) else (),
            data={"loan": row["loan"]},
        )
    )
