"""Charging, paying, letting off: an account that only grows."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jieyue.audit.models import Entry
from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.fees.actions import charge
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from jieyue.fees.rules import Balance, FeeFault, Line, balances
from jieyue.fees.settling import Booked, NotBooked, account_of
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import Permission
from tests.world import World


def owed(patron) -> int:
    return owed_cents([patron.pk]).get(patron.pk, 0)


def test_what_is_charged_can_be_paid_in_parts_and_let_off(world: World) -> None:
    patron, desk = world.patron(), world.desk()
    who = {"patron": patron.public_id}

    charge(desk, **who, amount_cents=3500, reason=" 图书损坏 ")
    paid = take_payment(desk, **who, amount_cents=1000, reason="现金")
    waive(desk, **who, amount_cents=500, reason="记错了")

    assert paid == Booked(
        line=paid.line, patron=patron.public_id, amount_cents=-1000, owed_cents=2500, receipt=1
    )
    assert owed(patron) == 2000
    lines = LedgerLine.objects.filter(patron_id=patron.pk).order_by("-id")
    assert [(v.kind, v.amount_cents, v.reason, v.staff_id) for v in lines] == [
        ("waiver", -500, "记错了", desk.staff_id),
        ("payment", -1000, "现金", desk.staff_id),
        ("charge", 3500, "图书损坏", desk.staff_id),
    ]
    assert [e.data["amount_cents"] for e in Entry.objects.order_by("id")] == [3500, -1000, -500]


@pytest.mark.parametrize("action", [take_payment, waive])
def test_nobody_pays_or_is_let_off_more_than_is_owed(world: World, action) -> None:
    patron = world.patron()
    charge(world.desk(), patron=patron.public_id, amount_cents=100, reason="x")

    outcome = action(world.desk(), patron=patron.public_id, amount_cents=101, reason="x")

    assert outcome == NotBooked(fault=FeeFault.MORE_THAN_OWED, owed_cents=100)
    assert owed(patron) == 100


@pytest.mark.parametrize(
    ("amount", "reason", "fault"),
    [
        (0, "x", FeeFault.AMOUNT_BAD),
        (-5, "x", FeeFault.AMOUNT_BAD),
        (10**7 + 1, "x", FeeFault.AMOUNT_BAD),
        (5, "  ", FeeFault.REASON_MISSING),
        (5, "长" * 201, FeeFault.REASON_TOO_LONG),
    ],
)
def test_a_line_has_an_amount_and_a_reason(world: World, amount, reason, fault) -> None:
    patron = world.patron()
    outcome = charge(world.desk(), patron=patron.public_id, amount_cents=amount, reason=reason)
    assert outcome == NotBooked(fault=fault)
    assert not LedgerLine.objects.exists()
    assert Entry.objects.get().reasons == [fault.value]


def test_paying_twice_with_one_key_is_paying_once(world: World) -> None:
    patron = world.patron()
    charge(world.desk(), patron=patron.public_id, amount_cents=100, reason="x")
    call = {"patron": patron.public_id, "amount_cents": 60, "reason": "现金"}

    first = take_payment(world.desk(key="k"), **call)

    assert take_payment(world.desk(key="k"), **call) == first
    assert owed(patron) == 40


def test_unknown_readers_and_rights(world: World) -> None:
    call = {"patron": "NOBODY", "amount_cents": 1, "reason": "x"}
    assert charge(world.desk(), **call) == NotBooked(fault=FeeFault.PATRON_UNKNOWN)
    with pytest.raises(ForbiddenError):
        charge(world.desk(permissions=frozenset({Permission.PATRON_EDIT})), **call)


def charged(world: World, patron, *amounts: int) -> list[str]:
    return [
        charge(world.desk(), patron=patron.public_id, amount_cents=cents, reason="x").line
        for cents in amounts
    ]


def lines_of(patron) -> list[tuple]:
    rows = LedgerLine.objects.filter(patron=patron).order_by("id").select_related("settles")
    return [
        (row.kind, row.amount_cents, row.settles and row.settles.public_id, row.method,
         row.receipt_number)
        for row in rows
        if row.kind != "charge"
    ]  # fmt: skip


def test_the_oldest_charge_is_paid_first_and_one_receipt_says_it_all(world: World) -> None:
    patron = world.patron()
    first, second, third = charged(world, patron, 100, 200, 300)

    paid = take_payment(
        world.desk(), patron=patron.public_id, amount_cents=250, method="wechat", reason=""
    )

    assert (paid.amount_cents, paid.owed_cents, paid.receipt) == (-250, 350, 1)
    assert lines_of(patron) == [
        ("payment", -100, first, "wechat", 1),
        ("payment", -150, second, "wechat", 1),
    ]
    assert third not in Entry.objects.last().data["lines"]


def test_a_chosen_charge_is_settled_and_no_other(world: World) -> None:
    patron = world.patron()
    _, second = charged(world, patron, 100, 200)
    call = {"patron": patron.public_id, "charge": second}

    too_much = take_payment(world.desk(), **call, amount_cents=201)
    paid = take_payment(world.desk(), **call, amount_cents=120)
    waived = waive(world.desk(), **call, amount_cents=80, reason="老读者")
    unknown = waive(world.desk(), **call | {"charge": "NOSUCH"}, amount_cents=1, reason="x")

    assert too_much == NotBooked(fault=FeeFault.MORE_THAN_OWED, owed_cents=200)
    assert (paid.receipt, waived.receipt, waived.owed_cents) == (1, None, 100)
    assert unknown == NotBooked(fault=FeeFault.CHARGE_UNKNOWN)
    assert lines_of(patron) == [
        ("payment", -120, second, "cash", 1),
        ("waiver", -80, second, "", None),
    ]


def test_what_was_paid_is_given_back_once_and_never_more(world: World) -> None:
    patron = world.patron()
    [one] = charged(world, patron, 500)
    call = {"patron": patron.public_id, "charge": one, "reason": "书找到了"}
    take_payment(world.desk(), patron=patron.public_id, charge=one, amount_cents=300)

    too_much = refund(world.desk(), **call, amount_cents=301)
    given = refund(world.desk(), **call, amount_cents=300)
    again = refund(world.desk(), **call, amount_cents=1)

    assert too_much == NotBooked(fault=FeeFault.MORE_THAN_PAID, owed_cents=300)
    assert (given.amount_cents, given.owed_cents, given.receipt) == (300, 200, 2)
    assert again == NotBooked(fault=FeeFault.MORE_THAN_PAID)
    assert lines_of(patron)[1:] == [
        ("refund", 300, one, "cash", 2),
        ("waiver", -300, one, "", None),
    ]


def test_money_of_another_reader_stays_theirs(world: World) -> None:
    mine, theirs = world.patron(), world.patron("别人")
    [one] = charged(world, theirs, 500)
    assert take_payment(
        world.desk(), patron=mine.public_id, charge=one, amount_cents=100
    ) == NotBooked(fault=FeeFault.CHARGE_UNKNOWN)


@pytest.mark.parametrize("method", ["", "gold"])
def test_money_comes_in_a_known_way(world: World, method: str) -> None:
    patron = world.patron()
    charged(world, patron, 500)
    assert take_payment(
        world.desk(), patron=patron.public_id, amount_cents=100, method=method
    ) == NotBooked(fault=FeeFault.METHOD_UNKNOWN)
    assert not lines_of(patron)


def test_a_payment_sent_again_is_credited_once(world: World) -> None:
    """Evergreen LP#2077343."""
    patron = world.patron()
    charged(world, patron, 500)
    call = {"patron": patron.public_id, "amount_cents": 500, "method": "alipay"}
    first = take_payment(world.desk(key="pay-1"), **call)
    assert [take_payment(world.desk(key="pay-1"), **call) for _ in range(3)] == [first] * 3
    assert (owed(patron), len(lines_of(patron))) == (0, 1)


def test_lines_of_old_that_name_no_charge_settle_the_oldest() -> None:
    lines = [
        Line(1, "charge", 100), Line(2, "payment", -150), Line(3, "charge", 100),
        Line(4, "waiver", -20, 3),
    ]  # fmt: skip
    assert balances(lines) == [Balance(1, 100, 100), Balance(3, 100, 50, 20)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["charge", "pay", "waive", "refund"]),
            st.integers(1, 300),
            st.integers(0, 3),
        ),
        max_size=14,
    )
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_ledger_always_balances(world: World, steps) -> None:
    patron, desk = world.patron(), world.desk()
    charges: list[str] = []
    for what, cents, which in steps:
        one = charges[which % len(charges)] if charges and which else ""
        call = {"patron": patron.public_id, "amount_cents": cents}
        if what == "charge":
            charges.append(charge(desk, **call, reason="x").line)
        elif what == "pay":
            take_payment(desk, **call, charge=one)
        elif what == "waive":
            waive(desk, **call, charge=one, reason="x")
        else:
            refund(desk, **call, charge=one, reason="x")
        account = account_of(patron)
        assert account.owed_cents == owed(patron)
        for balance in account.balances:
            assert balance.left_cents >= 0
            assert balance.paid_cents >= 0
            assert 0 <= balance.waived_cents <= balance.charged_cents
