"""What a reader owes and pays, on their page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.circulation.actions.checkout import checkout
from jieyue.fees.actions import charge
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from tests.world import World


@pytest.fixture
def world(db):
    """A library whose time is now, since pages read the clock. The first request ends its scope."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


def address(world: World, name: str, *args: str) -> str:
    return reverse(f"patrons:{name}", args=[world.library.slug, *args])


def test_money_is_charged_paid_and_let_off(world: World, staff_client) -> None:
    patron = world.patron()

    def post(name: str, amount: str, reason: str = "x", **more):
        data = {"amount_cents": amount, "reason": reason} | more
        return staff_client.post(address(world, name, patron.public_id), data)

    assert post("charges", "35", "图书损坏").status_code == 303
    assert post("payments", "¥10.00", "现金", idempotency_key="k").status_code == 303
    assert post("payments", "¥10.00", "现金", idempotency_key="k").status_code == 303
    assert post("waivers", "5.5").status_code == 303
    amounts = LedgerLine.across_libraries.order_by("id").values_list("amount_cents", flat=True)
    assert list(amounts) == [3500, -1000, -550]

    for name, amount, status in (
        ("payments", "19.51", 409),
        ("waivers", "99", 409),
        ("charges", "0", 409),
        ("charges", "很多", 422),
        ("charges", "-1", 422),
        ("charges", "", 422),
        ("charges", "9" * 40, 422),
    ):
        answer = post(name, amount, "我写的原因")
        assert answer.status_code == status, (name, amount)
        assert "我写的原因" in answer.text and "data-open-now" in answer.text
    assert LedgerLine.across_libraries.count() == 3


def test_a_charge_is_paid_alone_with_a_receipt_and_given_back(world: World, staff_client) -> None:
    patron = world.patron()
    who = {"patron": patron.public_id}
    first = charge(world.desk(), **who, amount_cents=500, reason="图书损坏").line
    second = charge(world.desk(), **who, amount_cents=300, reason="办卡").line
    account = address(world, "account", patron.public_id)

    asked = staff_client.get(f"{account}?do=payments&charge={second}").content.decode()
    assert "办卡 · " in asked
    assert 'value="3.00"' in asked
    data = {"amount_cents": "3", "charge": second, "method": "wechat", "reason": ""}
    paid = staff_client.post(address(world, "payments", patron.public_id), data)
    assert (paid.status_code, paid["Location"]) == (303, account)
    receipt = staff_client.get(f"{account}receipts/1/")
    assert "办卡" in receipt.content.decode()
    assert "3.00" in receipt.content.decode()
    data = {"amount_cents": "3", "charge": second, "method": "cash", "reason": "重复"}
    given = staff_client.post(address(world, "refunds", patron.public_id), data)
    assert given.status_code == 303
    again = staff_client.post(address(world, "refunds", patron.public_id), data)
    assert again.status_code == 409
    with library_scope(world.library.pk):
        assert owed_cents([patron.pk]) == {patron.pk: 500}
    assert staff_client.get(f"{account}receipts/9/").status_code == 404
    assert first in staff_client.get(account).content.decode()


def test_an_account_is_empty_and_another_readers_charge_is_not_here(
    world: World, staff_client
) -> None:
    patron, other = world.patron(), world.patron()
    line = charge(world.desk(), patron=other.public_id, amount_cents=500, reason="x").line
    assert staff_client.get(address(world, "account", patron.public_id)).status_code == 200
    data = {"amount_cents": "5", "charge": line}
    assert staff_client.post(address(world, "payments", patron.public_id), data).status_code == 404


def test_the_page_says_what_a_late_book_would_cost_now(world: World, staff_client) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron, copy = world.patron(), world.copy()
    then = world.desk(now=clock.now() - timedelta(days=38))
    checkout(then, copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    page = staff_client.get(address(world, "patron", patron.public_id)).content.decode()
    assert "¥3.20" in page
