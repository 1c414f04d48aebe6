"""The cash drawer and the deposits, as staff see them; my fees, as readers do."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.deposits import deposit_of, take_deposit
from jieyue.fees.actions import charge
from jieyue.fees.models import DrawerClose
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from tests.world import World


@pytest.fixture
def world(db):
    """A library whose time is now, since pages read the clock."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"money:{name}", args=[world.library.slug, *args])


def test_the_drawer_is_counted_and_closed(world: World, staff_client) -> None:
    patron = world.patron()
    charge(world.desk(), patron=patron.public_id, amount_cents=1250, reason="办卡")
    take_payment(world.desk(), patron=patron.public_id, amount_cents=1250)

    page = staff_client.get(at(world, "drawer")).content.decode()
    data = {"expected_cents": "1250", "counted_cents": "12", "note_text": ""}
    unexplained = staff_client.post(at(world, "close"), data)
    closed = staff_client.post(at(world, "close"), data | {"note_text": "找错五角"})
    again = staff_client.post(at(world, "close"), data)

    assert "¥12.50" in page
    assert (unexplained.status_code, closed.status_code, again.status_code) == (409, 303, 409)
    with library_scope(world.library.pk):
        close = DrawerClose.objects.get()
    assert (close.expected_cents, close.counted_cents, close.note) == (1250, 1200, "找错五角")
    shown = staff_client.get(at(world, "closed", close.public_id)).content.decode()
    assert "-0.50" in shown
    assert patron.name in shown


def test_a_deposit_comes_in_and_goes_back(world: World, staff_client) -> None:
    patron = world.patron()
    who = patron.public_id
    taken = staff_client.post(
        at(world, "deposit_in", who), {"amount_cents": "100", "method": "cash"}
    )
    assert taken.status_code == 303
    assert "¥100.00" in staff_client.get(at(world, "deposit", who)).content.decode()
    assert "¥100.00" in staff_client.get(at(world, "deposits")).content.decode()
    assert staff_client.post(at(world, "deposit_ask", who)).status_code == 303
    assert staff_client.post(at(world, "deposit_keep", who)).status_code == 409
    back = staff_client.post(at(world, "deposit_back", who), {"method": "bank"})
    gone = staff_client.post(at(world, "deposit_back", who), {"method": "bank"})
    assert (back.status_code, gone.status_code) == (303, 409)


def test_all_deposits_are_given_back_while_the_page_says_how_far(
    world: World, staff_client
) -> None:
    patrons = [world.patron() for _ in range(22)]
    for patron in patrons:
        take_deposit(world.desk(), patron=patron.public_id, amount_cents=5000)
    page = at(world, "deposits")

    begun = staff_client.post(at(world, "abolish"), {"method": "bank"})
    again = staff_client.post(at(world, "abolish"), {"method": "bank"})
    keep_one_promise()
    half = staff_client.get(page, headers={"Jieyue-Live": "1"}).content.decode()
    whole = staff_client.get(page).content.decode()
    while keep_one_promise():
        pass
    after = staff_client.get(page).content.decode()

    assert (begun.status_code, again.status_code) == (303, 409)
    assert 'value="20" max="22"' in half
    assert "<html" not in half
    assert "data-live" in whole
    assert at(world, "abolish") not in whole
    assert "data-live" not in after
    assert "¥1,100.00" in after or "¥1100.00" in after
    with library_scope(world.library.pk):
        assert [deposit_of(patron.pk) for patron in patrons] == [0] * 22


def test_a_reader_reads_why_it_costs_what_it_costs(world: World, reader_client) -> None:
    world.policy(settled_by="money", fine_cents=40, max_overdue=99, max_owed_cents=9999)
    patron = world.patron()
    client = reader_client(patron)
    back, out = world.copy(), world.copy()
    then = world.desk(now=world.now - timedelta(days=38))
    checkout(then, copy_barcodes=(back.barcode, out.barcode), card_barcode=patron.card)
    checkin(world.desk(), copy_barcodes=(back.barcode,))
    page = client.get(reverse("reader:fees", args=[world.library.slug])).content.decode()
    assert page.count("¥3.20") >= 3
    assert "¥0.40" in page


def test_the_desk_says_what_being_late_cost(world: World, staff_client) -> None:
    world.policy(settled_by="either", fine_cents=40, max_overdue=99)
    patron, copy = world.patron(), world.copy()
    then = world.desk(now=world.now - timedelta(days=38))
    checkout(then, copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    page = staff_client.post(
        reverse("desk:returns", args=[world.library.slug]), {"barcode": copy.barcode}
    ).content.decode()
    assert "¥3.20" in page
    assert reverse("patrons:account", args=[world.library.slug, patron.public_id]) in page


def test_a_reader_asks_for_the_deposit_back(world: World, reader_client) -> None:
    patron = world.patron()
    take_deposit(world.desk(), patron=patron.public_id, amount_cents=10000)
    client = reader_client(patron)
    fees, ask = (reverse(f"reader:{n}", args=[world.library.slug]) for n in ("fees", "ask_deposit"))
    assert ask in client.get(fees).content.decode()
    assert client.post(ask).status_code == 303
    assert ask not in client.get(fees).content.decode()
