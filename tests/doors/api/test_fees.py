"""`/patrons/{patron_id}/charges`, payments, waivers and refunds."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from tests.doors.api.program import Program
from tests.world import World


@pytest.fixture
def world(db):
    """A library whose time is now, since the door reads the clock."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


def test_a_late_book_is_charged_paid_and_refunded(world: World, api: Program) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron, copy = world.patron(), world.copy()
    checkout(
        world.desk(now=world.now - timedelta(days=38)),
        copy_barcodes=(copy.barcode,),
        card_barcode=patron.card,
    )
    here = f"patrons/{patron.public_id}"
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    account = api.get(f"{here}/charges").json()
    [charge] = account["charges"]
    paid = api.post(f"{here}/payments", {"amount_cents": 320, "method": "wechat"}, key="p")
    again = api.post(f"{here}/payments", {"amount_cents": 320, "method": "wechat"}, key="p")
    over = api.post(f"{here}/payments", {"amount_cents": 1})
    body = {"amount_cents": 320, "charge": charge["charge"], "reason": "图书馆的错"}
    back = api.post(f"{here}/refunds", body)

    assert account["owed_cents"] == 320
    assert (charge["reason"], charge["left_cents"], charge["barcode"]) == (
        "late",
        320,
        copy.barcode,
    )
    assert charge["waits_until"] is not None
    assert (paid.status_code, paid.json()) == (201, again.json())
    assert (paid.json()["receipt"], len(paid.json()["lifted"])) == (1, 1)
    assert (over.status_code, over.json()) == (
        409,
        {"type": "refused", "fault": "more_than_owed", "owed_cents": 0},
    )
    assert (back.status_code, back.json()["amount_cents"]) == (201, 320)
    [after] = api.get(f"{here}/charges").json()["charges"]
    assert [(step["kind"], step["cents"]) for step in after["steps"]] == [
        ("payment", 320),
        ("refund", 320),
        ("waiver", 320),
    ]


def test_a_charge_is_let_off(world: World, api: Program) -> None:
    patron = world.patron()
    here = f"patrons/{patron.public_id}"
    made = api.post(f"{here}/charges", {"amount_cents": 500, "reason": "办卡"}).json()
    body = {"amount_cents": 500, "charge": made["line"], "reason": "免"}
    assert api.post(f"{here}/waivers", body).json()["owed_cents"] == 0
    assert api.post(f"{here}/waivers", body | {"charge": "NOSUCH"}).json()["fault"] == (
        "charge_unknown"
    )
    assert api.post("patrons/NOSUCH/charges", {"amount_cents": 5, "reason": "x"}).status_code == 404
