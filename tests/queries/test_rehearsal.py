"""试算: what a change of rules would have meant for the loans that were made."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jieyue.audit.models import Entry
from jieyue.circulation.actions.auto_renew import auto_renew
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import Lent, checkout
from jieyue.circulation.actions.policies import add_rule, edit_rule
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.actions.undo import undo_renewal
from jieyue.circulation.models import Assessment, Loan, LoanPolicy
from jieyue.circulation.queries.rehearsal import UnknownKeyError, rehearse
from jieyue.circulation.queries.rehearsed import AffectedGroup, Moves, RuleChange
from jieyue.circulation.rules.policies import REQUIRED, RuleValues
from jieyue.kit.scope import library_scope
from jieyue.libraries.worker_desk import worker_desk
from jieyue.patrons.models import Patron
from tests.world import World

GROUP = {"card_type": "成人", "item_type": "图书"}


def default(**changes: object) -> RuleValues:
    """The default row of the world, with changes."""
    row = LoanPolicy.objects.get(branch=None, category=None, item_type=None)
    return RuleValues(**({term: getattr(row, term) for term in REQUIRED} | changes))


def lend(world: World, patron: Patron, day: int = 0, count: int = 1, **desk: object) -> list[str]:
    at = world.now + timedelta(days=day)
    barcodes = tuple(world.copy().barcode for _ in range(count))
    made = checkout(world.desk(now=at, **desk), copy_barcodes=barcodes, card_barcode=patron.card)
    assert all(isinstance(result, Lent) for result in made.results)
    return list(barcodes)


def test_no_change_changes_nothing(world: World) -> None:
    lend(world, world.patron(), count=3)
    before = Entry.objects.count()

    found = rehearse(world.days_later(50), [RuleChange(values=default())])

    assert found.is_nothing
    assert (found.loans, found.open_loans, found.affected) == (3, 3, 0)
    assert Entry.objects.count() == before


def test_shorter_loans_and_a_lower_limit_are_said_with_whom_they_touch(world: World) -> None:
    patron = world.patron("林晓雨")
    lend(world, patron, count=3)

    found = rehearse(
        world.days_later(1),
        [RuleChange(values=default(max_loans=2, loan_days=14))],
        with_names=True,
    )

    assert (found.refused, found.reasons) == (1, (("patron_at_loan_limit", 1),))
    assert (found.earlier, found.later) == (Moves(2, 16, 16), Moves())
    assert found.groups == (
        AffectedGroup(
            **GROUP, loans=3, refused=1, lent=0, earlier=2, later=0, old_cents=0, new_cents=0
        ),
    )
    first = found.examples[0]
    assert (first.patron_name, first.new_due_on, first.reasons) == (
        "林晓雨", None, ("patron_at_loan_limit",),
    )  # fmt: skip
    nameless = rehearse(world.days_later(1), [RuleChange(values=default(loan_days=14))])
    assert {(one.patron, one.title) for one in nameless.examples} == {("", "")}


def test_a_row_for_one_card_type_touches_only_its_readers(world: World) -> None:
    from jieyue.patrons.models import PatronCategory

    child = PatronCategory.objects.create(library=world.library, code="child", name="少儿")
    lend(world, world.patron(category=child))
    lend(world, world.patron())

    found = rehearse(world.desk(), [RuleChange(card_type="child", values=RuleValues(loan_days=60))])

    assert [(group.card_type, group.later) for group in found.groups] == [("少儿", 1)]
    with pytest.raises(UnknownKeyError):
        rehearse(world.desk(), [RuleChange(card_type="nope", values=RuleValues(loan_days=1))])


def test_a_deleted_row_leaves_it_to_the_rows_below(world: World) -> None:
    add_rule(world.desk(), card_type="adult", values=RuleValues(loan_days=7))
    lend(world, world.patron())

    found = rehearse(world.desk(), [RuleChange(card_type="adult", values=None)])

    assert found.later == Moves(1, 23, 23)


def test_fines_are_those_of_late_returns_and_of_what_is_late_today(world: World) -> None:
    returned, kept = world.patron(), world.patron()
    [copy] = lend(world, returned)
    lend(world, kept)
    checkin(world.days_later(35), copy_barcodes=(copy,))
    paying = default(settled_by="money", fine_cents=10, fine_counts_closed=True)

    found = rehearse(world.days_later(40), [RuleChange(values=paying)])

    late = [
        (loan.returned_at or world.now + timedelta(days=40)).date() - loan.due_at.date()
        for loan in Loan.objects.all()
    ]
    assert (found.old_cents, found.new_cents) == (0, 10 * sum(days.days for days in late))
    assert found.refused == 0


@pytest.mark.parametrize("terms", [
    {"settled_by": "money", "fine_cents": 20, "fine_grace": 2},
    {"settled_by": "money", "fine_cents": 500, "max_fine_cents": 900},
    {"settled_by": "either", "fine_cents": 10, "fine_counts_closed": True, "suspension_days": 2},
])  # fmt: skip
def test_what_is_late_today_would_cost_what_it_costs_once_the_rule_is_saved(
    world: World, terms: dict[str, object]
) -> None:
    [copy] = lend(world, world.patron())
    desk, values = world.days_later(43), default(**terms)

    found = rehearse(desk, [RuleChange(values=values)])
    edit_rule(desk, values=values)
    checkin(desk, copy_barcodes=(copy,))

    assessed = Assessment.objects.get()
    assert (found.new_cents, found.new_days) == (assessed.amount_cents, assessed.days)
    assert found.new_cents > 0


def test_a_refusal_that_would_have_been_a_loan_counts_too(world: World) -> None:
    patron = world.patron()
    lend(world, patron, count=5)
    checkout(world.desk(), copy_barcodes=(world.copy().barcode,), card_barcode=patron.card)

    more = rehearse(world.desk(), [RuleChange(values=default(max_loans=6))])
    other = rehearse(world.desk(), [RuleChange(values=default(max_overdue=3))])

    assert (more.turned_away, more.affected) == (1, 0)
    assert other.is_nothing


def test_renewals_of_open_loans_and_terms_that_past_loans_do_not_show(world: World) -> None:
    lend(world, world.patron(), count=2)

    found = rehearse(world.desk(), [RuleChange(values=default(max_renewals=0, max_holds=1))])

    assert (found.fewer_renewals, found.more_renewals, found.affected) == (2, 0, 0)
    assert found.unseen == ("max_holds",)


def test_another_librarys_loans_are_not_looked_at(world: World) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        lend(other, other.patron())

    assert rehearse(world.desk(), [RuleChange(values=default(loan_days=1))]).loans == 0


@pytest.mark.parametrize("count", [1, 40])
def test_it_takes_a_fixed_number_of_statements(
    world: World, count: int, django_assert_num_queries
) -> None:
    world.policy(max_loans=99)
    for _ in range(count):
        lend(world, world.patron())
    values = default(loan_days=3)
    rehearse(world.desk(), [])

    with django_assert_num_queries(7):
        rehearse(world.desk(), [RuleChange(values=values)], with_names=True)


TERMS = st.fixed_dictionaries(
    {
        "max_loans": st.integers(0, 4),
        "loan_days": st.integers(1, 40),
        "may_borrow": st.sampled_from([True, True, True, False]),
        "max_overdue": st.integers(0, 2),
        "max_overdue_days": st.integers(0, 20),
        "closed_days": st.sampled_from(["next_open", "previous_open", "keep"]),
        "settled_by": st.sampled_from(["nothing", "money", "days", "either"]),
        "fine_cents": st.integers(0, 20),
        "fine_grace": st.integers(0, 5),
    }
)


@given(new=TERMS, gaps=st.lists(st.integers(0, 25), min_size=1, max_size=4), days=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_says_what_really_happens_once_the_rule_is_saved(world: World, new, gaps, days) -> None:
    old = default(max_loans=9, max_overdue=9, loan_days=days.draw(st.integers(1, 40)))
    edit_rule(world.desk(), values=old)
    patron = world.patron()
    at = 0
    for gap in gaps[:-1]:
        lend(world, patron, at)
        at += gap
    last = world.copy().barcode
    desk = world.days_later(at)

    edit_rule(desk, values=default(**new))
    [really] = checkout(desk, copy_barcodes=(last,), card_barcode=patron.card).results
    Loan.objects.filter(copy__barcode=last).delete()
    edit_rule(desk, values=old)
    [made] = checkout(desk, copy_barcodes=(last,), card_barcode=patron.card).results
    assume(isinstance(made, Lent))

    found = rehearse(desk, [RuleChange(values=default(**new))])

    assert rehearse(desk, [RuleChange(values=old)]).is_nothing
    changed = {example.loan: example for example in found.examples}.get(made.loan)
    if changed is None:
        assert (really.type, really.due_on) == ("lent", made.due_on)
    elif isinstance(really, Lent):
        assert (changed.reasons, changed.new_due_on) == ((), really.due_on)
    else:
        assert changed.reasons == tuple(why.code for why in really.reasons)
    Loan.objects.all().delete()
    edit_rule(desk, values=default(**{t: v for t, v in old.terms().items() if v is not None}))


# --- Renewals that were made -------------------------------------------------------------------


def renewed_on_day_20(world: World, *, count: int = 1, **desk: object) -> None:
    """Lend for 30 days and renew ten days before the end, for 30 days from then on."""
    for _ in range(count):
        lend(world, world.patron())
    loans = tuple(Loan.objects.values_list("public_id", flat=True))
    outcome = renew(world.days_later(20), loans=loans, **desk)
    assert {result.type for result in outcome.results} == {"renewed"}


def renewals(world: World, **changes: object) -> tuple[object, ...]:
    found = rehearse(world.days_later(30), [RuleChange(values=default(**changes))])
    moves = found.renewals_earlier, found.renewals_later
    return found.renewals, found.renewals_refused, *moves, found.unseen


@pytest.mark.parametrize(
    ("changes", "refused", "earlier", "later"),
    [
        ({}, 0, Moves(), Moves()),
        ({"renewal_days": 14}, 0, Moves(2, 16, 16), Moves()),
        ({"renewal_days": 40}, 0, Moves(), Moves(2, 10, 10)),
        ({"renewal_days": 5}, 2, Moves(), Moves()),  # it would gain nothing
        ({"renew_window_days": 5}, 2, Moves(), Moves()),
        ({"renew_window_days": 10}, 0, Moves(), Moves()),
        ({"renewal_from": "due_date"}, 0, Moves(), Moves(2, 10, 10)),
        ({"max_renewals": 0}, 2, Moves(), Moves()),
        ({"max_unseen_renewals": 0}, 2, Moves(), Moves()),
    ],
)
def test_renewals_are_rehearsed_too(world: World, changes, refused, earlier, later) -> None:
    renewed_on_day_20(world, count=2)

    assert renewals(world, **changes) == (2, refused, earlier, later, ())


def test_a_renewal_with_the_book_shown_needs_no_other(world: World) -> None:
    renewed_on_day_20(world, seen=True)

    assert renewals(world, max_unseen_renewals=0)[:2] == (1, 0)


def test_what_renewed_itself_is_kept_waiting_by_no_window(world: World) -> None:
    world.policy(auto_renews=True)
    lend(world, world.patron())
    worker = worker_desk(world.library.pk, at := world.days_later(30).now)
    loans = tuple(Loan.objects.values_list("public_id", flat=True))
    assert auto_renew(worker, loans=loans, as_of=at).results[0].type == "renewed"

    changed = default(auto_renews=True, renew_window_days=1, renewal_days=7)
    found = rehearse(world.days_later(40), [RuleChange(values=changed)])

    assert (found.renewals, found.renewals_refused) == (1, 0)
    assert found.renewals_earlier == Moves(1, 23, 23)


def test_nothing_is_said_of_renewals_of_long_ago_or_undone(world: World) -> None:
    renewed_on_day_20(world)
    undo_renewal(world.days_later(20), loan=Loan.objects.get().public_id)
    assert renewals(world, renewal_days=14)[0] == 0

    renew(world.days_later(21), loans=(Loan.objects.get().public_id,))
    long_after = rehearse(world.days_later(112), [RuleChange(values=default(renewal_days=14))])
    assert long_after.renewals == 0
