"""Deposits over the API."""

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.libraries.rules.permissions import OWNER, Permission
from tests.doors.api.program import Program, program
from tests.world import World


def test_a_deposit_comes_in_is_asked_for_and_goes_back(world: World, api: Program) -> None:
    patron, copy = world.patron(), world.copy()
    here = f"patrons/{patron.public_id}/deposit"

    taken = api.post(f"{here}/payments", {"amount_cents": 10000, "method": "wechat"}, key="1")
    again = api.post(f"{here}/payments", {"amount_cents": 10000, "method": "wechat"}, key="1")
    wrong = api.post(f"{here}/payments", {"amount_cents": 0})
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    lends = api.post(f"{here}/refund", {"method": "wechat"})
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    asked = api.call("PUT", f"{here}/request")
    twice = api.call("PUT", f"{here}/request")
    [holder] = api.get("deposits").json()["holders"]
    back = api.post(f"{here}/refund", {"method": "wechat"})

    assert (taken.status_code, taken.json()["deposit_cents"]) == (201, 10000)
    assert again.json() == taken.json()
    assert (wrong.status_code, wrong.json()["faults"]) == (409, ["amount_bad"])
    assert (lends.status_code, lends.json()["faults"]) == (409, ["has_loans"])
    assert asked.json() == {
        "type": "deposit_asked", "patron": patron.public_id, "deposit_cents": 10000,
    }  # fmt: skip
    assert twice.json()["faults"] == ["asked_already"]
    assert (holder["patron"], holder["cents"], holder["loans"]) == (patron.public_id, 10000, 0)
    assert (back.status_code, back.json()["amount_cents"]) == (201, -10000)
    shown = api.get(here).json()
    assert (shown["cents"], shown["asked_on"]) == (0, None)
    assert [line["kind"] for line in shown["lines"]] == ["paid_back", "paid_in"]
    assert not Loan.objects.filter(returned_at=None).exists()


def test_a_deposit_pays_what_is_owed(world: World, api: Program) -> None:
    patron = world.patron()
    here = f"patrons/{patron.public_id}"
    api.post(f"{here}/deposit/payments", {"amount_cents": 1000})
    api.post(f"{here}/charges", {"amount_cents": 300, "reason": "办卡"})

    used = api.post(f"{here}/deposit/use", key="1")
    nothing = api.post(f"{here}/deposit/use")

    assert (used.status_code, used.json()["deposit_cents"]) == (201, 700)
    assert (nothing.status_code, nothing.json()["faults"]) == (409, ["owes_nothing"])


def test_the_list_is_given_page_by_page_with_the_figures_of_all(world: World, api: Program) -> None:
    for _ in range(3):
        here = f"patrons/{world.patron().public_id}/deposit"
        api.post(f"{here}/payments", {"amount_cents": 5000})

    page = api.get("deposits?limit=2&offset=2").json()

    assert (page["held"], page["cents"], page["paid_back"]) == (3, 15000, 0)
    assert len(page["holders"]) == 1


def test_deposits_take_the_right_to_money(world: World) -> None:
    weak = program(world, OWNER - {Permission.FEES})
    here = f"patrons/{world.patron().public_id}/deposit"
    assert weak.get("deposits").status_code == weak.get(here).status_code == 403
    assert weak.post(f"{here}/payments", {"amount_cents": 1}).status_code == 403
    assert weak.call("PUT", f"{here}/request").status_code == 403


def test_all_deposits_are_given_back_while_one_looks(world: World) -> None:
    everywhere = program(world, all_branches=True)
    for _ in range(2):
        here = f"patrons/{world.patron().public_id}/deposit"
        everywhere.post(f"{here}/payments", {"amount_cents": 5000})

    begun = everywhere.post("deposits/abolition", {"method": "bank"}, key="1")
    again = everywhere.post("deposits/abolition", {"method": "bank"}, key="1")
    other = everywhere.post("deposits/abolition", {"method": "bank"})
    before = everywhere.get("deposits").json()
    while keep_one_promise():
        pass
    after = everywhere.get("deposits").json()

    assert (begun.status_code, begun.json()["readers"]) == (202, 2)
    assert again.json() == begun.json()
    assert (other.status_code, other.json()["faults"]) == (409, ["running_already"])
    assert (before["held"], before["abolition"]["is_running"]) == (2, True)
    assert (after["held"], after["paid_back"], after["abolition"]["amount_cents"]) == (0, 2, 10000)
    assert after["abolition"]["is_running"] is False
    assert program(world).post("deposits/abolition", {}).json()["type"] == "other_branch"
