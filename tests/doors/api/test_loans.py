"""`/loans` and `/returns`: each operation, and each refusal's translation."""

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.models import Loan
from jieyue.libraries.rules.permissions import HELPER, Permission
from tests.doors.api.program import Program, program
from tests.world import World

EMPTY: dict[str, list[str]] = {"override": []}


def lend(api: Program, copy, patron, **more):
    body = {"card_barcode": patron.card, "copy_barcode": copy.barcode}
    return api.post("loans", body | more)


def test_a_copy_is_lent(world: World, api: Program) -> None:
    copy, patron = world.copy(parts="CD 1 张"), world.patron()

    answer = lend(api, copy, patron)

    loan = Loan.objects.get()
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"
    lent = answer.json()
    assert lent == {
        "type": "lent",
        "loan": loan.public_id,
        "copy_barcode": copy.barcode,
        "title": copy.title.name,
        "due_on": lent["due_on"],
        "due_at": loan.due_at.isoformat().replace("+00:00", "Z"),
        "parts": "CD 1 张",
        "loans_left": 4,
        "overridden": [],
        "notes": [],
    }
    entry = Entry.objects.get(action="checkout")
    assert (entry.door, entry.staff_id) == ("api", None)


def test_a_refusal_is_409_with_every_reason(world: World, api: Program) -> None:
    world.policy(max_loans=0)
    copy, patron = world.copy(standing="repair"), world.patron()

    answer = lend(api, copy, patron)

    assert answer.status_code == 409
    assert answer.json() == {
        "type": "refused",
        "copy_barcode": copy.barcode,
        "title": copy.title.name,
        "reasons": [
            {"code": "copy_in_repair", "facts": {}},
            {"code": "patron_at_loan_limit", "facts": {"open": 0, "limit": 0}},
        ],
        "can_be_overridden": True,
    }
    assert not Loan.objects.exists()


def test_reasons_are_waived_with_the_right_only(world: World, api: Program) -> None:
    world.policy(max_loans=0)
    copy, patron = world.copy(), world.patron()
    waive = {"override": ["patron_at_loan_limit"]}

    without = lend(program(world, {Permission.CHECKOUT}), copy, patron, **waive)
    granted = lend(api, copy, patron, **waive)

    assert (without.status_code, without.json()["type"]) == (403, "forbidden")
    assert granted.status_code == 201
    assert granted.json()["overridden"] == ["patron_at_loan_limit"]


def test_a_pile_has_a_result_each(world: World, api: Program) -> None:
    copy, patron = world.copy(), world.patron()
    body = {"card_barcode": patron.card, "copy_barcodes": [copy.barcode, "404", copy.barcode]}

    answer = api.post("loans/batch", body)

    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["type"] for result in results] == ["lent", "refused", "refused"]
    assert results[1]["reasons"] == [{"code": "copy_unknown", "facts": {}}]
    assert results[2]["reasons"] == [{"code": "scanned_twice", "facts": {}}]


def test_a_preview_says_the_same_and_writes_nothing(world: World, api: Program) -> None:
    copies, patron = [world.copy(), world.copy(standing="lost")], world.patron()
    barcodes = [copy.barcode for copy in copies]
    body = {"card_barcode": patron.card, "copy_barcodes": [*barcodes, "404"]}
    before = Entry.objects.count()

    preview = api.post("loans/preview", body)

    assert preview.status_code == 200
    assert (Loan.objects.count(), Entry.objects.count()) == (0, before)
    done = api.post("loans/batch", body).json()["results"]
    seen = preview.json()["results"]
    assert [result["type"] for result in seen] == ["would_lend", "would_refuse", "would_refuse"]
    for would, did in zip(seen, done, strict=True):
        made = {k: v for k, v in did.items() if k not in ("type", "loan")}
        assert {k: v for k, v in would.items() if k != "type"} == made


def test_a_preview_needs_the_right_to_lend(world: World) -> None:
    body = {"card_barcode": "1", "copy_barcodes": ["2"]}

    assert program(world, HELPER).post("loans/preview", body).status_code == 403


def test_a_loan_is_renewed_or_not(world: World, api: Program) -> None:
    world.policy(loan_days=10, renewal_days=30, max_renewals=1)
    loan = lend(api, world.copy(), world.patron()).json()["loan"]

    renewed = api.post(f"loans/{loan}/renewals")
    again = api.post(f"loans/{loan}/renewals", EMPTY)

    assert (renewed.status_code, renewed.json()["type"]) == (201, "renewed")
    assert renewed.json()["renewals_left"] == 0
    assert again.status_code == 409
    codes = [reason["code"] for reason in again.json()["reasons"]]
    assert codes == ["renewals_used_up", "renewal_gains_nothing"]


@pytest.mark.parametrize("step", ["checkout", "checkin", "renewal"])
def test_a_step_is_taken_back(world: World, api: Program, step: str) -> None:
    world.policy(loan_days=10, renewal_days=30)
    copy = world.copy()
    loan = lend(api, copy, world.patron()).json()["loan"]
    if step == "checkin":
        api.post("returns", {"copy_barcodes": [copy.barcode]})
    if step == "renewal":
        api.post(f"loans/{loan}/renewals")

    undone = api.post(f"loans/{loan}/undo", {"step": step})
    again = api.post(f"loans/{loan}/undo", {"step": step})

    assert (undone.status_code, undone.json()["step"]) == (200, step)
    # A return that was taken back goes on under a new id; the old one is no return any more.
    expected = {"checkout": 409, "checkin": 404, "renewal": 409}[step]
    assert again.status_code == expected


def test_an_unknown_loan_is_404(api: Program) -> None:
    for answer in (
        api.post("loans/NOSUCHLOAN/renewals"),
        api.post("loans/NOSUCHLOAN/undo", {"step": "checkout"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "not_found")


def test_copies_come_back_whatever_is_odd(world: World, api: Program) -> None:
    lent, other = world.copy(), world.copy()
    patron = world.patron()
    loan = lend(api, lent, patron).json()["loan"]

    answer = api.post("returns", {"copy_barcodes": [lent.barcode, other.barcode, "404"]})

    assert answer.status_code == 200
    returned, not_on_loan, unknown = answer.json()["results"]
    assert (returned["type"], returned["loan"]) == ("returned", loan)
    assert returned["patron"] == patron.public_id
    assert not_on_loan["type"] == "not_on_loan"
    assert unknown == {"type": "unknown_copy", "copy_barcode": "404"}


def test_a_helper_takes_back_and_does_not_lend(world: World) -> None:
    helper = program(world, HELPER)
    copy, patron = world.copy(), world.patron()

    assert lend(helper, copy, patron).status_code == 403
    assert helper.post("returns", {"copy_barcodes": [copy.barcode]}).status_code == 200
