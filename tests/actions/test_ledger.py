"""Charging, paying, letting off: an account that only grows."""

import pytest

from jieyue.audit.models import Entry
from jieyue.fees.actions import Booked, FeeFault, NotBooked, charge, take_payment, waive
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import ledger_of, owed_cents
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
        line=paid.line, patron=patron.public_id, amount_cents=-1000, owed_cents=2500
    )
    assert owed(patron) == 2000
    assert [(v.kind, v.amount_cents, v.reason, v.staff) for v in ledger_of(patron.pk)] == [
        ("waiver", -500, "记错了", "陈静"),
        ("payment", -1000, "现金", "陈静"),
        ("charge", 3500, "图书损坏", "陈静"),
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
