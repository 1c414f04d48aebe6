"""What lending would do: the one decision that the action and its preview both come from."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from jieyue.circulation.queries.dates import extra_loans, loan_due
from jieyue.circulation.queries.facts import ON_SITE, CheckoutFacts, deposit_of, read_checkout
from jieyue.circulation.queries.rulebook import Rulebook, rulebook
from jieyue.circulation.rules.checkout import CopyFacts, PatronFacts, checkout_refusals
from jieyue.circulation.rules.deposits import deposit_refusals
from jieyue.circulation.rules.due_dates import DueDate, Step
from jieyue.circulation.rules.holds import ahead_of
from jieyue.circulation.rules.policies import Terms
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason, Why, waived
from jieyue.kit import sql
from jieyue.libraries.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """Lend it: until when, under which terms, and which reasons the override lifted."""

    copy: CopyFacts
    due: DueDate
    terms: Terms
    days: int  # the loan days used: fewer while others wait
    limit: int  # of loans at once that held
    loans_left: int
    lifted: tuple[Why, ...]
    fulfils: int | None  # the patron's own hold
    reverts: int | None  # another's hold, back to its place in the queue by override
    is_on_site: bool = False  # to be read in the library

    @property
    def notes(self) -> tuple[str, ...]:
        """What staff should know: a copy on the desk is no longer missing, lost or on its way."""
        copy = self.copy
        checks = (
            (f"was_{copy.standing}", copy.standing in ("missing", "lost")),
            ("was_on_its_way", copy.is_on_its_way),
            ("hold_fulfilled", self.fulfils is not None),
            ("hold_reverted", self.reverts is not None),
        )
        return tuple(name for name, applies in checks if applies)


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """Do not lend it, and every reason why. `copy` is None for an unknown barcode."""

    copy: CopyFacts | None
    reasons: tuple[Why, ...]

    @property
    def can_be_overridden(self) -> bool:
        """Say whether staff with the right could lend it all the same."""
        return OVERRIDABLE.issuperset(why.code for why in self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldLend:
    """A copy that a checkout would lend until `due_on` (local) / `due_at` (UTC)."""

    type: Literal["would_lend"] = "would_lend"
    copy_barcode: str
    title: str
    due_on: date
    due_at: datetime
    parts: str
    loans_left: int
    overridden: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldRefuse:
    """A copy that a checkout would refuse, and every reason why."""

    type: Literal["would_refuse"] = "would_refuse"
    copy_barcode: str
    title: str  # empty if the barcode is unknown
    reasons: tuple[Why, ...]
    can_be_overridden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPreview:
    """What a checkout would do now, copy by copy, in the order given."""

    type: Literal["checkout_preview"] = "checkout_preview"
    results: tuple[WouldLend | WouldRefuse, ...]


def preview_checkout(
    desk: Desk,
    *,
    copy_barcodes: tuple[str, ...],
    card_barcode: str,
    override: frozenset[Reason] = frozenset(),
    on_site: bool = False,
) -> CheckoutPreview:
    """Say what `checkout` with the same input would do; nothing is locked, written or journalled.

    One statement (eight when rules moved), two more if somebody waits for one of the titles, and
    one for what is read in the library.
    """
    facts = read_checkout(copy_barcodes, card_barcode, now=desk.now, today=desk.today)
    decisions = decide_checkout(desk, facts, copy_barcodes, override, on_site=on_site)
    return CheckoutPreview(
        results=tuple(
            _shown(barcode, decision)
            for barcode, decision in zip(copy_barcodes, decisions, strict=True)
        )
    )


def decide_checkout(
    desk: Desk,
    facts: CheckoutFacts,
    copy_barcodes: Sequence[str],
    override: frozenset[Reason],
    *,
    on_site: bool = False,
) -> list[Yes | No]:
    """Decide each copy, in the order given; those lent before it count against the limit."""
    decisions: list[Yes | No] = []
    seen: set[str] = set()
    before = _Before()
    if on_site and facts.patron is not None:
        [reading] = sql.rows(ON_SITE, patron=facts.patron.patron_id)
        before = _Before(on_site=reading["loans"])
    for barcode in copy_barcodes:
        copy = facts.copies.get(barcode)
        if copy is None or facts.patron is None or barcode in seen:
            checks = (
                (Reason.COPY_UNKNOWN, copy is None),
                (Reason.PATRON_UNKNOWN, facts.patron is None),
                (Reason.SCANNED_TWICE, barcode in seen),
            )
            decision: Yes | No = No(
                copy=copy, reasons=tuple(Why(reason) for reason, applies in checks if applies)
            )
        else:
            decision = _decide(desk, facts, facts.patron, copy, before, override)
        seen.add(barcode)
        if isinstance(decision, Yes):
            before = before.and_also(decision.copy)
        decisions.append(decision)
    return _each_hold_once(decisions)


@dataclass(frozen=True, slots=True)
class _Before:
    """What was lent earlier in the same call, and the dates found for it."""

    loans: int = 0
    price_cents: int = 0
    on_site: int | None = None  # read in the library before this call; None: to take away
    dues: dict[tuple[int, int], DueDate | None] = field(default_factory=dict)  # by item type, days

    def and_also(self, copy: CopyFacts) -> "_Before":
        price = self.price_cents + (copy.price_cents or 0)
        return _Before(self.loans + 1, price, self.on_site, self.dues)


def _each_hold_once(decisions: list[Yes | No]) -> list[Yes | No]:
    """Let the first copy of a title fulfil the hold, when several of one title are lent."""
    used: set[int | None] = set()
    for n, decision in enumerate(decisions):
        if isinstance(decision, Yes):
            if decision.fulfils in used:
                decisions[n] = replace(decision, fulfils=None)
            used |= {decision.fulfils} - {None}
    return decisions


def _decide(
    desk: Desk,
    facts: CheckoutFacts,
    patron: PatronFacts,
    copy: CopyFacts,
    before: _Before,
    override: frozenset[Reason],
) -> Yes | No:
    book = rulebook(facts.rules_version)
    terms = book.terms(desk.branch_id, patron.category_id, copy.item_type_id)
    if extra := extra_loans(book, branch_id=desk.branch_id, today=desk.today):
        terms = replace(terms, max_loans=terms.max_loans + extra)
    # Whoever has a copy kept for them was served: taking another one leaves that to the others.
    ahead = (
        ()
        if copy.own_kept_id is not None
        else ahead_of(
            facts.queue, title_id=copy.title_id, copy_id=copy.copy_id, patron_id=patron.patron_id
        )
    )
    reasons = checkout_refusals(
        patron,
        copy,
        terms=terms,
        today=desk.today,
        lent_before=before.loans,
        ahead=len(ahead),
        free=facts.free.get(copy.title_id, 0),
        deposit=_deposit(patron, copy, terms, before),
        on_site=before.on_site,
    )
    lifted = waived(reasons, override)
    if len(lifted) < len(reasons):
        return No(copy=copy, reasons=reasons)
    days = _days(terms, others_wait=_others_wait(facts, copy, patron))
    kind = (copy.item_type_id, days)
    if kind not in before.dues:
        is_on_site = before.on_site is not None
        before.dues[kind] = _due(desk, book, patron, terms, days, is_on_site=is_on_site)
    due = before.dues[kind]
    if due is None:
        return No(copy=copy, reasons=(Why(Reason.NO_OPEN_DAY),))
    limit, have = terms.max_loans, patron.open_loans
    fulfils = copy.own_hold_id
    if before.on_site is not None:
        limit, have = terms.max_on_site, before.on_site
        fulfils = fulfils if copy.held_for == patron.patron_id else None  # reading is no loan
    is_anothers = copy.held_for not in (None, patron.patron_id)
    return Yes(
        copy=copy,
        due=due,
        terms=terms,
        days=days,
        limit=limit,
        loans_left=max(0, limit - have - before.loans - 1),
        lifted=lifted,
        fulfils=fulfils,
        is_on_site=before.on_site is not None,
        reverts=copy.held_id if is_anothers else None,
    )


def _due(
    desk: Desk, book: Rulebook, patron: PatronFacts, terms: Terms, days: int, *, is_on_site: bool
) -> DueDate | None:
    """Return the date, with a step that says so if it is sooner because others wait."""
    due = loan_due(
        book,
        branch_id=desk.branch_id,
        zone=desk.zone,
        now=desk.now,
        terms=terms,
        patron=patron,
        days=days,
        is_on_site=is_on_site,
    )
    if due is None or days == terms.loan_days or due.is_hourly or is_on_site:
        return due
    usual = Step("others_wait", due.steps[0].on, str(terms.loan_days))
    return replace(due, steps=(usual, *due.steps))


def _others_wait(facts: CheckoutFacts, copy: CopyFacts, patron: PatronFacts) -> bool:
    """Say whether somebody else waits for the copy, before or behind this patron."""
    return any(
        hold.title_id == copy.title_id
        and hold.copy_id in (None, copy.copy_id)
        and hold.patron_id != patron.patron_id
        for hold in facts.queue
    )


def _days(terms: Terms, *, others_wait: bool) -> int:
    """Return the loan days, fewer while others wait for the title (their hold, not one's own)."""
    busy = terms.busy_loan_days
    return min(busy, terms.loan_days) if others_wait and busy else terms.loan_days


def _deposit(
    patron: PatronFacts, copy: CopyFacts, terms: Terms, before: _Before
) -> tuple[Why, ...]:
    """Return what the deposit has against it. No statement unless the terms ask for one."""
    if not terms.needs_deposit or before.on_site is not None:
        return ()
    found = deposit_of(patron.patron_id)
    price, lent = copy.price_cents, before.price_cents
    return tuple(deposit_refusals(found, price_cents=price, lent_cents=lent))


def _shown(barcode: str, decision: Yes | No) -> WouldLend | WouldRefuse:
    if isinstance(decision, No):
        return WouldRefuse(
            copy_barcode=barcode,
            title=decision.copy.title if decision.copy else "",
            reasons=decision.reasons,
            can_be_overridden=decision.can_be_overridden,
        )
    return WouldLend(
        copy_barcode=barcode,
        title=decision.copy.title,
        due_on=decision.due.on,
        due_at=decision.due.at,
        parts=decision.copy.parts,
        loans_left=decision.loans_left,
        overridden=tuple(why.code for why in decision.lifted),
        notes=decision.notes,
    )
