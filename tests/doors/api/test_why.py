"""`…/why`: what a date or a charge was made of, for programs."""

from jieyue.circulation.actions.checkout import checkout
from jieyue.fees.models import LedgerLine
from tests.doors.api.program import Program
from tests.world import World


def test_a_loans_date_comes_with_its_steps(world: World, api: Program) -> None:
    patron, copy = world.patron(), world.copy()
    call = {"copy_barcodes": (copy.barcode,), "card_barcode": patron.card}
    [lent] = checkout(world.desk(), **call).results

    answer = api.call("GET", f"/api/v1/loans/{lent.loan}/why")

    said = answer.json()
    assert answer.status_code == 200
    assert (said["days"], said["due_on"], said["fits"]) == (30, "2026-04-01", True)
    assert said["steps"] == [{"what": "counted", "on": "2026-04-01", "note": "30", "at": None}]
    assert api.call("GET", "/api/v1/loans/nothing/why").status_code == 404


def test_a_charge_comes_with_its_steps(world: World, api: Program) -> None:
    line = LedgerLine.objects.create(
        library=world.library, public_id="charge000001", patron=world.patron(), kind="charge",
        amount_cents=500, reason="补卡", at=world.now,
    )  # fmt: skip

    answer = api.call("GET", f"/api/v1/charges/{line.public_id}/why")

    assert (answer.json()["amount_cents"], answer.json()["reason"]) == (500, "补卡")
    assert api.call("GET", "/api/v1/charges/nothing/why").status_code == 404
