"""押金 at checkout, and shorter loans while others wait."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.fees.models import DepositLine
from jieyue.kit.ids import public_id
from tests.world import World

pytestmark = pytest.mark.django_db


def deposit(world: World, patron, cents: int) -> None:
    """Pay a deposit in."""
    DepositLine.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron=patron, kind="paid_in",
        amount_cents=cents, at=world.now,
    )  # fmt: skip


def test_prices_on_loan_may_not_pass_the_deposit(world: World) -> None:
    world.policy(needs_deposit=True)
    patron = world.patron()
    deposit(world, patron, 10_000)
    copies = [world.copy(price_cents=cents) for cents in (4_000, 6_000, 1)]

    results = checkout(
        world.desk(), copy_barcodes=tuple(c.barcode for c in copies), card_barcode=patron.card
    ).results
    [later] = checkout(
        world.desk(), copy_barcodes=(copies[2].barcode,), card_barcode=patron.card
    ).results

    short = (Why(Reason.DEPOSIT_TOO_SMALL, {"deposit_cents": 10_000, "needed_cents": 10_001}),)
    assert [r.type for r in results] == ["lent", "lent", "refused"]
    assert (results[2].reasons, later.reasons) == (short, short)


def test_a_copy_without_a_price_cannot_be_secured(world: World) -> None:
    world.policy(needs_deposit=True)
    patron = world.patron()
    deposit(world, patron, 10_000)

    [no] = checkout(
        world.desk(), copy_barcodes=(world.copy().barcode,), card_barcode=patron.card
    ).results

    assert no.reasons == (Why(Reason.COPY_HAS_NO_PRICE),)


def test_a_loan_is_shorter_while_others_wait_but_not_for_ones_own_hold(world: World) -> None:
    world.policy(busy_loan_days=7)
    title = world.title()
    copies = [world.copy(title) for _ in range(4)]
    patron = world.patron()
    world.hold(patron, title)

    [alone] = checkout(
        world.desk(), copy_barcodes=(copies[0].barcode,), card_barcode=patron.card
    ).results
    world.hold(world.patron(), title)
    [others] = checkout(
        world.desk(), copy_barcodes=(copies[1].barcode,), card_barcode=world.patron().card
    ).results

    first = world.desk().today
    assert (alone.due_on, others.due_on) == (first + timedelta(30), first + timedelta(7))
