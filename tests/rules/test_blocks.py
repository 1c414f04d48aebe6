"""What stops a reader, and what lifts it."""

from dataclasses import replace

import pytest

from jieyue.circulation.rules.blocks import (
    ACTS,
    CONDITIONS,
    BlockFacts,
    PatronFacts,
    patron_refusals,
    stopping,
)
from jieyue.circulation.rules.policies import PolicyRow, Terms, terms_for
from jieyue.circulation.rules.reasons import Reason, Why
from tests.world import day

TODAY = day("2026-03-02")
FINE = PatronFacts(
    patron_id=1, category_id=1, card_is_lost=False, card_is_ended=False, is_frozen=False,
    frozen_reason="", expires_on=None, open_loans=0, overdue_loans=0, owed_cents=0,
)  # fmt: skip


def terms(grid=None, **values) -> Terms:
    base = {
        "may_borrow": True, "max_loans": 5, "loan_days": 30, "max_renewals": 1, "renewal_days": 30,
        "max_holds": 3, "max_overdue": 0, "max_owed_cents": 0, "closed_days": "keep",
        "max_overdue_days": 30, "max_lost": 0, "max_no_shows": 2,
    }  # fmt: skip
    row = PolicyRow(id=1, **(base | values))
    return terms_for([row], branch_id=1, category_id=1, item_type_id=1, grid=grid)


# Each condition just not met, just met, and what is said of it.
EDGES = {
    "expired": (
        {"expires_on": TODAY},
        {"expires_on": day("2026-03-01")},
        Why(Reason.PATRON_EXPIRED, {"on": "2026-03-01"}),
    ),
    "lost": (
        {"lost_loans": 0},
        {"lost_loans": 1},
        Why(Reason.PATRON_HAS_LOST, {"lost": 1, "tolerated": 0}),
    ),
    "overdue_days": (
        {"overdue_since_on": day("2026-01-31")},
        {"overdue_since_on": day("2026-01-30")},
        Why(
            Reason.PATRON_OVERDUE_TOO_LONG,
            {"days": 31, "tolerated": 30, "since": "2026-01-30"},
        ),
    ),
    "overdue": (
        {"overdue_loans": 0},
        {"overdue_loans": 1},
        Why(Reason.PATRON_HAS_OVERDUE, {"overdue": 1, "tolerated": 0}),
    ),
    "owed": (
        {"owed_cents": 0},
        {"owed_cents": 1},
        Why(Reason.PATRON_OWES_TOO_MUCH, {"owed_cents": 1, "tolerated_cents": 0}),
    ),
    "no_shows": (
        {"no_shows": (day("2025-03-02"), day("2025-03-03"), day("2026-01-01"))},
        {"no_shows": (day("2025-03-03"), day("2025-06-01"), day("2026-01-01"))},
        Why(
            Reason.PATRON_NO_SHOWS,
            {"no_shows": 3, "tolerated": 2, "until": "2026-03-02"},
        ),
    ),
    "card_lost": ({}, {"card_is_lost": True}, Why(Reason.CARD_LOST)),
}


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("action", ACTS)
def test_a_condition_stops_what_the_grid_says(condition, action) -> None:
    """Librarika 810: an overdue member could still borrow."""
    under, over, why = EDGES[condition]
    only = terms(grid={condition: frozenset({action})})
    nothing = terms(grid={condition: frozenset()})

    assert patron_refusals(replace(FINE, **under), terms=only, today=TODAY, action=action) == []
    assert patron_refusals(replace(FINE, **over), terms=only, today=TODAY, action=action) == [why]
    for other in set(ACTS) - {action, "borrow"}:
        assert patron_refusals(replace(FINE, **over), terms=only, today=TODAY, action=other) == []
    # A lost card may be in a stranger's hands: it lends nothing, whatever the grid says.
    stays = [why] if (condition, action) == ("card_lost", "borrow") else []
    refusals = patron_refusals(replace(FINE, **over), terms=nothing, today=TODAY, action=action)
    assert refusals == stays


def test_without_a_grid_everything_is_stopped_but_keeping_books_with_a_lost_card() -> None:
    assert {condition: stopping({}, condition) for condition in CONDITIONS} == {
        "card_lost": {"borrow", "hold"},
        **{key: set(ACTS) for key in set(CONDITIONS) - {"card_lost"}},
    }


def test_every_reason_is_said_gravest_first() -> None:
    patron = replace(FINE, is_frozen=True, frozen_reason="见面谈", overdue_loans=2, lost_loans=1)

    assert patron_refusals(patron, terms=terms(), today=TODAY) == [
        Why(Reason.PATRON_FROZEN, {"note": "见面谈"}),
        Why(Reason.PATRON_HAS_LOST, {"lost": 1, "tolerated": 0}),
        Why(Reason.PATRON_HAS_OVERDUE, {"overdue": 2, "tolerated": 0}),
    ]


def block(starts: str, ends: str | None, **changes) -> BlockFacts:
    values = {"block": "b", "kind": "manual", "reason": "撕书", "stops": frozenset({"borrow"})}
    dates = {"starts_on": day(starts), "ends_on": day(ends) if ends else None}
    return BlockFacts(**(values | dates | changes))


@pytest.mark.parametrize(
    ("starts", "ends", "is_stopped"),
    [
        ("2026-03-02", "2026-03-02", True),
        ("2026-02-01", None, True),
        ("2026-02-01", "2026-03-01", False),
        ("2026-03-03", None, False),
    ],
)
def test_a_block_of_staff_holds_on_its_days(starts, ends, is_stopped) -> None:
    patron = replace(FINE, blocks=(block(starts, ends),))
    said = [Why(Reason.PATRON_BLOCKED, {"note": "撕书", "until": ends or ""})]

    assert patron_refusals(patron, terms=terms(), today=TODAY) == (said if is_stopped else [])
    assert patron_refusals(patron, terms=terms(), today=TODAY, action="renew") == []


def test_one_suspension_after_another_is_one_stretch() -> None:
    def suspension(starts: str, ends: str, cents: int) -> BlockFacts:
        return block(starts, ends, kind="suspension", pay_cents=cents)

    first = suspension("2026-03-01", "2026-03-05", 100)
    next_day = suspension("2026-03-06", "2026-03-09", 200)
    later = suspension("2026-03-11", "2026-03-12", 400)
    over = suspension("2026-02-01", "2026-03-01", 800)

    def said(*blocks: BlockFacts) -> list[Why]:
        return patron_refusals(replace(FINE, blocks=blocks), terms=terms(), today=TODAY)

    assert said(later, next_day, first, over) == [
        Why(Reason.PATRON_SUSPENDED, {"until": "2026-03-09", "pay_cents": 300})
    ]
    assert said(first, replace(next_day, pay_cents=0)) == [
        Why(Reason.PATRON_SUSPENDED, {"until": "2026-03-09"})
    ]
    assert said(over) == said(later) == []


def test_no_shows_are_lifted_when_enough_are_a_year_old() -> None:
    days = tuple(day(f"2026-02-0{n}") for n in range(1, 6))
    patron = replace(FINE, no_shows=days)

    [why] = patron_refusals(patron, terms=terms(), today=TODAY)

    assert why.facts == {"no_shows": 5, "tolerated": 2, "until": "2027-02-02"}
    until = day("2027-02-02")
    assert patron_refusals(patron, terms=terms(), today=until)
    assert patron_refusals(patron, terms=terms(), today=day("2027-02-03")) == []
