"""Lending: one copy or a pile of them to one reader, in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.release import FULFIL_HOLDS, REVERT_HOLDS, release_others
from jieyue.circulation.actions.in_class import need_group
from jieyue.circulation.queries.facts import CheckoutFacts, lock_and_read_checkout
from jieyue.circulation.queries.lending import No, Yes, decide_checkout
from jieyue.circulation.rules.reasons import Reason, Why, codes, kept_figures
from jieyue.circulation.rules.terms import remembered
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, Written, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_COPIES: Final = 100  # of one call; an RFID pad holds a dozen

INSERT_LOANS: Final = """
INSERT INTO circulation_loan (library_id, public_id, copy_id, patron_id, branch_id, lent_at, due_at,
                              renewals, terms, is_hourly, is_on_site)
SELECT <library:bigint>, loans.public_id, loans.copy_id, <patron_id:bigint>, <branch:bigint>,
       <at:timestamptz>, loans.due_at, 0, loans.terms, loans.is_hourly, loans.is_on_site
  FROM <loans:(public_id text, copy_id bigint, due_at timestamptz, terms jsonb, is_hourly boolean,
               is_on_site boolean)>
 WHERE <library:bigint> > 0
"""
END_TRANSITS_OF: Final = """
UPDATE circulation_transit SET ended_at = <at:timestamptz>, ending = 'elsewhere'
 WHERE library_id = <library:bigint> AND copy_id = ANY(<stopped:bigint[]>) AND ended_at IS NULL
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
    # was_missing, was_lost, was_on_its_way, hold_fulfilled, hold_reverted
    notes: tuple[str, ...] = ()


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
    on_site: bool = False,
) -> Written[Checkout]:
    """Lend the copies, or say for each every reason why not; a refusal changes nothing.

    `override` names reasons that staff waive; it needs its own right and is journalled. `on_site`:
    to be read in the library until it closes, which costs one statement more. Locks the
    copies, then the patron, the order every action keeps. At most 100 copies; more raise
    ValueError.
    """
    if not 0 < len(copy_barcodes) <= MAX_COPIES:
        raise ValueError(f"a checkout takes 1 to {MAX_COPIES} copies")
    if override and not desk.may(Permission.OVERRIDE):
        raise ForbiddenError(Permission.OVERRIDE)
    facts = lock_and_read_checkout(copy_barcodes, card_barcode, now=desk.now, today=desk.today)
    if facts.patron is not None:
        need_group(desk, facts.patron.patron_id)
    return lend(desk, facts, copy_barcodes, override, on_site=on_site)


def lend(
    desk: Desk,
    facts: CheckoutFacts,
    copy_barcodes: tuple[str, ...],
    override: frozenset[Reason] = frozenset(),
    *,
    on_site: bool = False,
) -> Written[Checkout]:
    """Decide on facts that were read under lock, note it, and say what is to be written."""
    results: list[Lent | NotLent] = []
    loans: list[dict[str, Any]] = []
    lent: list[Yes] = []
    decisions = decide_checkout(desk, facts, copy_barcodes, override, on_site=on_site)
    for barcode, decision in zip(copy_barcodes, decisions, strict=True):
        if isinstance(decision, No):
            result: Lent | NotLent = _refused(barcode, decision)
        else:
            result = _lent(decision)
            loans.append(_row(result, decision, facts.rules_version))
            lent.append(decision)
        results.append(result)
        _note(facts, decision, result)
    outcome = Checkout(results=tuple(results))
    if facts.patron is None or not loans:
        return Written(outcome)
    # By another copy than the one kept for it: that one goes on to whoever waits.
    kept = [yes for yes in lent if yes.copy.own_kept_id not in (None, yes.copy.copy_id)]
    if others := [yes.fulfils for yes in kept if yes.fulfils]:
        release_others(desk, others, [yes.copy.copy_id for yes in lent])
    statements, params = _beside(lent)
    params |= {"loans": loans, "patron_id": facts.patron.patron_id}
    return Written(outcome, (INSERT_LOANS, *statements), params)


def _beside(lent: list[Yes]) -> tuple[list[str], dict[str, Any]]:
    """Return what else changes with these loans; most have nothing."""
    changes = (
        (FULFIL_HOLDS, "fulfilled", [yes.fulfils for yes in lent if yes.fulfils]),
        (REVERT_HOLDS, "reverted", [yes.reverts for yes in lent if yes.reverts]),
        (END_TRANSITS_OF, "stopped", [y.copy.copy_id for y in lent if y.copy.is_on_its_way]),
        (
            FOUND_AGAIN,
            "found",
            [y.copy.copy_id for y in lent if y.copy.standing in ("missing", "lost")],
        ),
    )
    return (
        [statement for statement, _, ids in changes if ids],
        {name: ids for _, name, ids in changes if ids},
    )


def _refused(barcode: str, decision: No) -> NotLent:
    return NotLent(
        copy_barcode=barcode,
        title=decision.copy.title if decision.copy else "",
        reasons=decision.reasons,
        can_be_overridden=decision.can_be_overridden,
    )


def _lent(decision: Yes) -> Lent:
    return Lent(
        loan=public_id(),
        copy_barcode=decision.copy.barcode,
        title=decision.copy.title,
        due_on=decision.due.on,
        due_at=decision.due.at,
        parts=decision.copy.parts,
        loans_left=decision.loans_left,
        overridden=tuple(why.code for why in decision.lifted),
        notes=decision.notes,
    )


def _row(lent: Lent, decision: Yes, rules_version: int) -> dict[str, Any]:
    """Return the loan's row for INSERT_LOANS."""
    terms = decision.terms
    return {
        "public_id": lent.loan,
        "copy_id": decision.copy.copy_id,
        "due_at": lent.due_at,
        "is_hourly": decision.due.is_hourly,
        "is_on_site": decision.is_on_site,
        "terms": remembered(
            rules_version,
            terms,
            decision.due,
            days=decision.days,
            row="loan_days" if decision.days == terms.loan_days else "busy_loan_days",
        ),
    }


def _note(facts: CheckoutFacts, decision: Yes | No, result: Lent | NotLent) -> None:
    copy = decision.copy
    note(
        Note(
            outcome=result.type,
            patron_id=facts.patron.patron_id if facts.patron else None,
            title_id=copy.title_id if copy else None,
            copy_id=copy.copy_id if copy else None,
            reasons=codes(result.reasons) if isinstance(result, NotLent) else (),
            overridden=tuple(result.overridden) if isinstance(result, Lent) else (),
            data={"loan": result.loan, "limit": decision.limit}
            if isinstance(result, Lent) and isinstance(decision, Yes)
            else kept_figures(decision.reasons if isinstance(decision, No) else ()),
        )
    )
