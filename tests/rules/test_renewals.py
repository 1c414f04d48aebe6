"""May this loan be renewed, until when, and if not now: from which day on?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.blocks import PatronFacts
from jieyue.circulation.rules.due_dates import DateRules, end_of_day
from jieyue.circulation.rules.policies import BUILT_IN, Terms
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason, Why
from jieyue.circulation.rules.renewals import Asked, LoanFacts, awaited, renewal_of
from jieyue.libraries.rules.calendars import Calendar
from tests.world import day

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # Monday noon in Shanghai
EVERY_DAY = Calendar(frozenset())
WEEKDAYS = Calendar(frozenset(range(5)))
TERMS = Terms(
    may_borrow=True, max_loans=5, loan_days=30, max_renewals=2, renewal_days=30, max_holds=5,
    max_overdue=0, max_owed_cents=0, closed_days="next_open", rows={}, **BUILT_IN,
)  # fmt: skip
READER = PatronFacts(
    patron_id=1, category_id=1, card_is_lost=False, card_is_ended=False, is_frozen=False,
    frozen_reason="", expires_on=None, open_loans=1, overdue_loans=0, owed_cents=0,
)  # fmt: skip
SHOWN = Asked(seen=True)


def loan(due_on: str = "2026-03-10", **facts) -> LoanFacts:
    values = {"renewals": 0, "is_ended": False} | facts
    return LoanFacts(due_at=end_of_day(day(due_on), SHANGHAI), **values)


def decide(of: LoanFacts, patron: PatronFacts = READER, *, calendar=EVERY_DAY, now=NOW, **changes):
    asked = changes.pop("asked", Asked())
    return renewal_of(
        of, patron, terms=replace(TERMS, **changes), now=now,
        dates=DateRules(zone=SHANGHAI, calendar=calendar), asked=asked,
    )  # fmt: skip


def test_counts_from_today_or_from_the_due_date() -> None:
    assert decide(loan()).due.on == day("2026-04-01")
    from_due_date = decide(loan(), renewal_from="due_date").due
    assert from_due_date.on == day("2026-04-09")
    assert [step.what for step in from_due_date.steps] == ["from_due_date", "counted"]


def test_counts_from_today_when_the_due_date_has_passed() -> None:
    late = decide(loan("2026-01-10"), renewal_from="due_date")
    assert late.due.on == day("2026-04-01")
    assert [why.code for why in late.reasons] == [Reason.LOAN_OVERDUE]


@pytest.mark.parametrize(
    ("window", "due_on", "first"),
    [
        (0, "2026-03-30", None),
        (7, "2026-03-09", None),  # a week before: the first day of the window is in it
        (7, "2026-03-10", "2026-03-03"),
        (7, "2026-03-31", "2026-03-24"),
    ],
)
def test_waits_for_the_window_and_says_when_it_opens(window, due_on, first) -> None:
    decided = decide(loan(due_on), renew_window_days=window)

    if first is None:
        assert (decided.reasons, decided.first_on) == ((), None)
    else:
        assert decided.reasons == (Why(Reason.RENEWAL_TOO_SOON, {"first": first}),)
        assert decided.first_on == day(first)


def test_the_window_is_one_of_local_dates() -> None:
    """Librarika 536: at 00:30 in Shanghai it is still yesterday in UTC."""
    half_past_midnight = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    just_before = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    assert decide(loan(), now=half_past_midnight, renew_window_days=7).reasons == ()
    assert decide(loan(), now=just_before, renew_window_days=7).first_on == day("2026-03-03")


def test_a_renewal_that_would_not_change_the_date_says_when_it_will() -> None:
    """FOLIO: renewal would not change the due date."""
    decided = decide(loan("2026-04-05"))
    facts = {"on": "2026-04-05", "first": "2026-03-07"}
    assert decided.reasons == (Why(Reason.RENEWAL_GAINS_NOTHING, facts),)
    assert decided.first_on == day("2026-03-07")


def test_closed_days_count_when_it_says_when() -> None:
    """Due on Sunday the 5th: the Friday before would bring it to Monday the 6th."""
    decided = decide(loan("2026-04-05"), calendar=WEEKDAYS)
    assert decided.first_on == day("2026-03-05")


def test_a_card_that_ends_too_soon_has_no_first_day() -> None:
    decided = decide(loan("2026-04-05"), replace(READER, expires_on=day("2026-04-05")))
    assert decided.reasons == (Why(Reason.RENEWAL_GAINS_NOTHING, {"on": "2026-04-05"}),)
    assert decided.first_on is None


def test_another_reason_leaves_no_first_day() -> None:
    decided = decide(loan("2026-04-05", renewals=2))
    assert [why.code for why in decided.reasons] == [
        Reason.RENEWALS_USED_UP, Reason.RENEWAL_GAINS_NOTHING
    ]  # fmt: skip
    assert decided.first_on is None


def test_renewing_unseen_has_a_limit_of_its_own() -> None:
    unseen = loan(unseen_renewals=1)
    refused = Why(Reason.COPY_NOT_SEEN, {"renewals": 1, "limit": 1})
    assert decide(unseen, max_unseen_renewals=1).reasons == (refused,)
    assert decide(unseen, max_unseen_renewals=1, asked=SHOWN).reasons == ()
    assert decide(unseen, max_unseen_renewals=2).reasons == ()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_lost": True}, Reason.LOAN_LOST),
        ({"is_claimed": True}, Reason.LOAN_CLAIMED),
        ({"is_recalled": True}, Reason.LOAN_RECALLED),
        ({"awaited": 2}, Reason.LOAN_AWAITED),
        ({"renewals": 2}, Reason.RENEWALS_USED_UP),
        ({"is_ended": True}, Reason.LOAN_ENDED),
    ],
)
def test_is_refused(facts, reason) -> None:
    """cds-ils 523 and 663: a renewal keeps nobody waiting."""
    assert [why.code for why in decide(loan(**facts)).reasons] == [reason]


def test_staff_may_waive_all_but_holds_and_facts() -> None:
    waivable = {
        Reason.LOAN_RECALLED, Reason.LOAN_OVERDUE, Reason.RENEWALS_USED_UP, Reason.COPY_NOT_SEEN,
        Reason.RENEWAL_TOO_SOON,
    }  # fmt: skip
    never = {
        Reason.LOAN_AWAITED, Reason.LOAN_LOST, Reason.LOAN_CLAIMED, Reason.LOAN_ENDED,
        Reason.RENEWAL_GAINS_NOTHING,
    }  # fmt: skip
    assert waivable <= OVERRIDABLE
    assert not never & OVERRIDABLE


@pytest.mark.parametrize(
    ("for_title", "for_copy", "free", "left"),
    [(0, 0, 0, 0), (1, 0, 0, 1), (1, 0, 1, 0), (3, 0, 2, 1), (0, 1, 5, 1), (1, 1, 5, 1)],
)
def test_a_hold_that_a_free_copy_can_serve_stops_nobody(for_title, for_copy, free, left) -> None:
    assert awaited(for_title=for_title, for_copy=for_copy, free=free) == left


def test_the_nightly_renewal_counts_from_the_due_date_and_waits_for_no_window() -> None:
    """LP#1899976: it runs ahead of the due date, and nobody loses a day by it."""
    decided = decide(
        loan("2026-03-30"), renew_window_days=3, asked=Asked(automatic=True)
    )  # fmt: skip
    assert (decided.reasons, decided.due.on) == ((), day("2026-04-29"))


days = st.integers(1, 400)


@given(
    due_in=st.integers(-40, 60), renewal_days=st.integers(1, 60), window=st.integers(0, 40),
    base=st.sampled_from(["today", "due_date"]), calendar=st.sampled_from([EVERY_DAY, WEEKDAYS]),
    closed_days=st.sampled_from(["next_open", "previous_open", "keep"]),
    expires_in=st.none() | st.integers(0, 90),
)  # fmt: skip
def test_a_renewal_offered_gains_and_the_first_day_is_the_first(
    due_in, renewal_days, window, base, calendar, closed_days, expires_in
) -> None:
    """RERO 2872: what is offered works, on the very day that is said and on no day before it."""
    today = date(2026, 3, 2)
    of = loan((today + timedelta(days=due_in)).isoformat())
    reader = replace(
        READER, expires_on=None if expires_in is None else today + timedelta(days=expires_in)
    )
    rules = {
        "renewal_days": renewal_days, "renew_window_days": window, "renewal_from": base,
        "closed_days": closed_days,
    }  # fmt: skip

    def on(days_later: int):
        now = NOW + timedelta(days=days_later)
        return decide(of, reader, calendar=calendar, now=now, **rules)

    decided = on(0)
    if not decided.reasons:
        assert decided.due.at > of.due_at
        assert decided.first_on is None
    if decided.first_on is not None:
        ahead = (decided.first_on - today).days
        assert ahead > 0
        assert not on(ahead).reasons
        assert all(on(before).reasons for before in range(1, ahead))
