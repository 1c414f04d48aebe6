"""A gate asks whether a receipt holds."""

from datetime import timedelta

from jieyue.circulation.actions.self_checkout import as_here, self_checkout
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from jieyue.libraries.desk import Presence
from tests.self_service import allow
from tests.world import World


def test_a_gate_asks_for_what_is_true_now(world: World, api) -> None:
    allow(world)
    now = clock.now()
    copy, patron = world.copy(), world.patron()
    presence = Presence(branch_id=world.branch.pk, how="door", until=now + timedelta(minutes=5))
    desk = as_here(world.reader_desk(patron, now=now, presence=presence))
    lent = self_checkout(desk, scan=copy.barcode)

    good = api.get(f"receipts/{lent.receipt}").json()

    assert (good["is_good"], good["books_out"], good["receipt"]) == (True, 1, lent.receipt)
    assert [book["copy_barcode"] for book in good["books"]] == [copy.barcode]
    assert patron.name not in str(good)
    Loan.objects.update(returned_at=now + timedelta(seconds=1), ending="returned")
    later = api.get(f"receipts/{lent.receipt}").json()
    assert (later["is_good"], later["books_out"]) == (False, 0)
    assert api.get("receipts/NOSUCH").status_code == 404
