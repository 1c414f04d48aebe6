"""Why a loan is due when it is, and why a charge is what it is: rebuilt from what was kept with it.

Rules may have changed since; what is said here is what held then, and whether it still would.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from jieyue.audit.models import Entry
from jieyue.catalog.models import ItemType
from jieyue.circulation.models import Assessment, Loan, LoanPolicy, MovedDate
from jieyue.circulation.rules.fines import Fine, fine_of, from_json
from jieyue.circulation.rules.policies import BUILT_IN_ROW
from jieyue.fees.models import LedgerLine
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.patrons.models import PatronCategory

DAY_TERMS: Final = ("loan_days", "busy_loan_days", "renewal_days")
FEN: Final = frozenset({"money", "max_fine", "price", "reader", "share", "fee", "said"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSaid:
    """The row of the lending rules that decided; names are "" for "any".

    `is_built_in`: no row said it. `is_gone`: deleted since, and named as it was. `is_changed`: the
    row says something else today.
    """

    branch: str = ""
    card_type: str = ""
    item_type: str = ""
    is_built_in: bool = False
    is_gone: bool = False
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyStep:
    """One move of a date: what moved it, to where (local), and a name or number.

    `what` is one of rules/due_dates.py, or what moved it afterwards: `moved_closure`,
    `moved_vacation`, `moved_calendar`, `moved_term_end`; `at` (UTC) where the hour matters.
    """

    what: str
    on: date
    note: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanWhy:
    """Why a loan is due when it is. Dates are local; without steps nothing was kept."""

    loan: str
    title: str
    barcode: str
    branch: str
    counted_on: date  # the day it was lent, or last renewed
    is_renewed: bool
    due_on: date
    due_at: datetime
    days: int | None
    rule: RuleSaid | None
    steps: tuple[WhyStep, ...]
    is_recalled: bool
    fits: bool  # the last step leads to the date; if not, it was moved afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class FineWhyStep:
    """One step of a calculation: `figure` is what is left after it, `by` the rate, cap or number.

    `late`, `closed`, `vacation` and `grace` leave days (hours); `money`, `max_fine`, `price`,
    `reader`, `share`, `fee` and `said` fen; `days` and `max_days` days of 停借.
    """

    what: str
    figure: int
    by: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeWhy:
    """Why a charge is what it is. Money in fen; `kind` late, lost, damaged, or "" (by staff)."""

    charge: str
    amount_cents: int
    reason: str
    at: datetime
    kind: str
    loan: str
    title: str
    due_on: date | None
    ended_on: date | None
    is_hourly: bool
    steps: tuple[FineWhyStep, ...]
    fits: bool  # the steps lead to the amount


def loan_why(desk: Desk, loan: str, *, patron_id: int | None = None) -> LoanWhy | None:
    """Return why a loan (public id) is due when it is; None if unknown, or not this patron's.

    Three statements, six where the rule was deleted since.
    """
    rows = Loan.objects.select_related("copy__title", "branch").filter(public_id=loan)
    if patron_id is not None:
        rows = rows.filter(patron_id=patron_id)
    row = rows.first()
    if row is None:
        return None
    kept: dict[str, Any] = row.terms or {}
    steps = tuple(_step(step) for step in kept.get("steps", [])) + _moves(row, desk)
    due_on = row.due_at.astimezone(desk.zone).date()
    return LoanWhy(
        loan=row.public_id,
        title=row.copy.title.name,
        barcode=row.copy.barcode,
        branch=row.branch.name,
        counted_on=(row.renewed_at or row.lent_at).astimezone(desk.zone).date(),
        is_renewed=row.renewed_at is not None,
        due_on=due_on,
        due_at=row.due_at,
        days=kept.get("days"),
        rule=_rule(kept["policy"], kept.get("days")) if "policy" in kept else None,
        steps=steps,
        is_recalled=row.recalled_at is not None,
        fits=bool(steps) and steps[-1].on == due_on,
    )


def charge_why(desk: Desk, charge: str, *, patron_id: int | None = None) -> ChargeWhy | None:
    """Return why a charge (public id) is what it is; None if unknown, or not this patron's.

    Two statements.
    """
    lines = LedgerLine.objects.filter(public_id=charge, kind=LedgerLine.Kind.CHARGE)
    if patron_id is not None:
        lines = lines.filter(patron_id=patron_id)
    line = lines.first()
    if line is None:
        return None
    found = Assessment.objects.select_related("loan__copy__title").filter(charge=line).first()
    steps, dates = _charge_steps(found, desk) if found else ((), (None, None))
    return ChargeWhy(
        charge=line.public_id,
        amount_cents=line.amount_cents,
        reason=line.reason,
        at=line.at,
        kind=found.kind if found else "",
        loan=found.loan.public_id if found else "",
        title=found.loan.copy.title.name if found else "",
        due_on=dates[0],
        ended_on=dates[1],
        is_hourly=bool(found and found.inputs.get("is_hourly")),
        steps=steps,
        fits=found is None or _money(steps) == line.amount_cents,
    )


def _step(kept: list[str]) -> WhyStep:
    what, on, note, *rest = kept
    at = datetime.fromisoformat(rest[0]) if rest else None
    return WhyStep(what=what, on=date.fromisoformat(on), note=note, at=at)


def _moves(loan: Loan, desk: Desk) -> tuple[WhyStep, ...]:
    """Return what moved the date since the loan was made or last renewed, and was not undone."""
    moved = MovedDate.objects.select_related("closure").filter(
        loan=loan, closure__undone_at=None, closure__created_at__gte=loan.renewed_at or loan.lent_at
    )
    return tuple(
        WhyStep(
            what=f"moved_{one.closure.cause}",
            on=one.due_after.astimezone(desk.zone).date(),
            note=one.closure.name,
        )
        for one in moved.order_by("closure_id")
    )


def _rule(policy: int, days: int | None) -> RuleSaid:
    """Name the row; one that was deleted by the journal's entry of its deletion."""
    if policy == BUILT_IN_ROW:
        return RuleSaid(is_built_in=True)
    row = LoanPolicy.objects.select_related("branch", "category", "item_type").filter(pk=policy)
    found = row.first()
    if found is not None:
        return RuleSaid(
            branch=found.branch.name if found.branch else "",
            card_type=found.category.name if found.category else "",
            item_type=found.item_type.name if found.item_type else "",
            is_changed=days not in [getattr(found, term) for term in DAY_TERMS],
        )
    entry = Entry.objects.filter(action="delete_rule", data__policy=policy).first()
    named = entry.data if entry else {}
    return RuleSaid(
        branch=_name(Branch, named.get("branch", "")),
        card_type=_name(PatronCategory, named.get("card_type", "")),
        item_type=_name(ItemType, named.get("item_type", "")),
        is_gone=True,
    )


def _name(model: type[Branch | PatronCategory | ItemType], code: str) -> str:
    """Return the name behind a code; the code itself once that is gone, too."""
    found = model.objects.filter(code=code).values_list("name", flat=True).first() if code else ""
    return found or code


def _charge_steps(
    found: Assessment, desk: Desk
) -> tuple[tuple[FineWhyStep, ...], tuple[date | None, date | None]]:
    if found.kind == Assessment.Kind.LATE:
        fine = fine_of(from_json(found.inputs))
        facts = fine.facts
        dates = (
            facts.due_at.astimezone(desk.zone).date(),
            facts.ended_at.astimezone(desk.zone).date(),
        )
        return _late_steps(fine), dates
    return _cost_steps(found.inputs, found.amount_cents), (None, None)


def _late_steps(fine: Fine) -> tuple[FineWhyStep, ...]:
    return tuple(
        FineWhyStep(what=step.what, figure=step.figure, by=step.by, name=step.name)
        for step in fine.steps
    )


def _cost_steps(inputs: dict[str, Any], amount_cents: int) -> tuple[FineWhyStep, ...]:
    """Return how the price of a lost or damaged copy was made up."""
    if inputs.get("is_said") or "percent" not in inputs:
        return (FineWhyStep(what="said", figure=amount_cents),)
    price, fee = inputs.get("price_cents") or 0, inputs.get("fee_cents", 0)
    share = (price * inputs["percent"] + 50) // 100
    steps = [FineWhyStep(what="share", figure=share, by=inputs["percent"])]
    if fee:
        steps.append(FineWhyStep(what="fee", figure=share + fee, by=fee))
    return tuple(steps)


def _money(steps: tuple[FineWhyStep, ...]) -> int:
    """Return the fen the steps lead to."""
    return next((step.figure for step in reversed(steps) if step.what in FEN), 0)
