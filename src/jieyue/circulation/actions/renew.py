"""Renewing one loan or all of a reader's."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.late import IN_TIME, late_effect
from jieyue.circulation.queries.facts import LOCK_LOANS
from jieyue.circulation.queries.renewals import read_renewals, renewal_decision
from jieyue.circulation.queries.rulebook import terms_of
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason, Why, codes, kept_figures, waived
from jieyue.circulation.rules.renewals import Asked, Renewal
from jieyue.circulation.rules.terms import remembered
from jieyue.kit import sql
from jieyue.libraries.actions import ForbiddenError, Written, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_LOANS: Final = 100

MOVE_DUE: Final = """
UPDATE circulation_loan
   SET due_at = moved.due_at, renewals = renewals + 1, renewed_at = <at:timestamptz>,
       unseen_renewals = moved.unseen, not_renewed = NULL, terms = moved.terms
  FROM <moved:(id bigint, due_at timestamptz, unseen int, terms jsonb)>
 WHERE circulation_loan.library_id = <library:bigint> AND circulation_loan.id = moved.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """A loan with its new last day.

    `fine_cents` and `suspended_until` (local, 停借) are what being late until now cost, if it was.
    """

    type: Literal["renewed"] = "renewed"
    loan: str
    copy_barcode: str
    title: str
    due_on: date
    due_at: datetime
    renewals: int
    renewals_left: int
    fine_cents: int = 0
    suspended_until: date | None = None
    overridden: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRenewed:
    """A loan left as it was, and every reason why.

    `renewable_from` is the first local day it will be allowed, if waiting is all that it takes.
    """

    type: Literal["refused"] = "refused"
    loan: str
    copy_barcode: str
    title: str
    reasons: tuple[Why, ...]
    can_be_overridden: bool
    renewable_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewals:
    """What became of each loan, in the order given."""

    type: Literal["renewals"] = "renewals"
    results: tuple[Renewed | NotRenewed, ...]


@action(needs=None)
def renew(
    desk: Desk,
    *,
    loans: tuple[str, ...],
    override: frozenset[Reason] = frozenset(),
    seen: bool = False,
) -> Written[Renewals]:
    """Renew the loans (public ids), or say for each every reason why not.

    Staff need the right to renew; a reader may renew their own, and another's is unknown to them.
    `seen`: the copies are shown at the desk, which only staff can say; renewals without it have a
    limit of their own. At most 100 loans; more raise ValueError.
    """
    if not desk.may(Permission.RENEW) and (seen or not desk.may(Permission.OWN_LOANS)):
        raise ForbiddenError(Permission.RENEW)
    if override and not desk.may(Permission.OVERRIDE):
        raise ForbiddenError(Permission.OVERRIDE)
    if not 0 < len(loans) <= MAX_LOANS:
        raise ValueError(f"a renewal takes 1 to {MAX_LOANS} loans")
    asked = list(dict.fromkeys(loans))
    sql.lock(LOCK_LOANS, loans=asked)
    found = {row["loan"]: row for row in read_renewals(desk, asked)}
    results: list[Renewed | NotRenewed] = []
    moved: list[dict[str, Any]] = []
    for public_id in asked:
        row = found.get(public_id)
        if row is None or not may_see(desk, row["patron_id"]):
            results.append(_unknown(public_id))
            note(Note(outcome="refused", reasons=(Reason.LOAN_UNKNOWN,)))
            continue
        result, change = renew_one(desk, row, override, Asked(seen=seen))
        results.append(result)
        moved += change
        journal(row, result, seen=seen)
    outcome = Renewals(results=tuple(results))
    return Written(outcome, (MOVE_DUE,), {"moved": moved}) if moved else Written(outcome)


def may_see(desk: Desk, patron_id: int) -> bool:
    """Say whether the desk may act on this patron's loans: staff any, a reader their own."""
    return desk.may(Permission.RENEW) or desk.patron_id == patron_id


def renew_one(
    desk: Desk, row: sql.Row, override: frozenset[Reason], asked: Asked
) -> tuple[Renewed | NotRenewed, list[dict[str, Any]]]:
    """Decide the renewal of a row of facts; return what is said and the row for MOVE_DUE.

    What being late has cost until now is settled first.
    """
    decided = renewal_decision(desk, row, asked)
    lifted = waived(decided.reasons, override)
    if decided.due is None or len(lifted) < len(decided.reasons):
        return _refused(row, decided), []
    terms = terms_of(row)
    late = IN_TIME
    if row["due_at"] < desk.now:  # its lateness ends here; the next one is counted anew
        late = late_effect(desk, [row], ended_at=desk.now).get(row["loan_id"], IN_TIME)
    renewed = Renewed(
        loan=row["loan"],
        copy_barcode=row["barcode"],
        title=row["title"],
        due_on=decided.due.on,
        due_at=decided.due.at,
        renewals=row["renewals"] + 1,
        renewals_left=max(0, terms.max_renewals - row["renewals"] - 1),
        fine_cents=late.amount_cents,
        suspended_until=late.suspended_until,
        overridden=tuple(why.code for why in lifted),
    )
    remember = remembered(
        row["rules_version"], terms, decided.due, days=terms.renewal_days, row="renewal_days"
    )
    before = {
        "due_at": row["due_at"].isoformat(),
        "renewed_at": row["renewed_at"].isoformat() if row["renewed_at"] else None,
        "unseen_renewals": row["unseen_renewals"],
    }
    change = {
        "id": row["loan_id"],
        "due_at": decided.due.at,
        "unseen": 0 if asked.seen else row["unseen_renewals"] + 1,
        "terms": remember | {"before": before},  # what undoing the renewal goes back to
    }
    return renewed, [change]


def _refused(row: sql.Row, decided: Renewal) -> NotRenewed:
    return NotRenewed(
        loan=row["loan"],
        copy_barcode=row["barcode"],
        title=row["title"],
        reasons=decided.reasons,
        can_be_overridden=OVERRIDABLE.issuperset(why.code for why in decided.reasons),
        renewable_from=decided.first_on,
    )


def _unknown(public_id: str) -> NotRenewed:
    return NotRenewed(
        loan=public_id,
        copy_barcode="",
        title="",
        reasons=(Why(Reason.LOAN_UNKNOWN),),
        can_be_overridden=False,
    )


def journal(row: sql.Row, result: Renewed | NotRenewed, *, seen: bool = False) -> None:
    """Note what became of the loan of a row."""
    note(
        Note(
            outcome=result.type,
            patron_id=row["patron_id"],
            title_id=row["title_id"],
            copy_id=row["copy_id"],
            reasons=codes(result.reasons) if isinstance(result, NotRenewed) else (),
            overridden=tuple(result.overridden) if isinstance(result, Renewed) else (),
            data={"loan": row["loan"]}
            | ({"seen": True} if seen else {})
            | (kept_figures(result.reasons) if isinstance(result, NotRenewed) else {}),
        )
    )
