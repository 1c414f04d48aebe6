"""`/loans/…/renewals`, recalls, and returns of another day."""

from datetime import datetime, timedelta

import pytest

from jieyue.circulation.models import Loan
from jieyue.fees.models import LedgerLine
from jieyue.kit import clock
from jieyue.libraries.rules.permissions import HELPER, Permission
from tests.doors.api.program import Program, program
from tests.world import World


@pytest.fixture
def loan(world: World, api: Program) -> Loan:
    """A loan of 30 days, made now."""
    world.policy(renew_window_days=7, recall_days=5, max_unseen_renewals=0)
    copy, patron = world.copy(price_cents=5_000), world.patron()
    api.post("loans", {"card_barcode": patron.card, "copy_barcode": copy.barcode})
    return Loan.objects.get()


def made_earlier(loan: Loan, days: int) -> None:
    """Let the loan have been made and be due that much earlier."""
    loan.lent_at -= timedelta(days=days)
    loan.due_at -= timedelta(days=days)
    loan.save()


def test_a_refusal_says_from_when(loan: Loan, api: Program) -> None:
    answer = api.post(f"loans/{loan.public_id}/renewals", {"seen": True})

    assert answer.status_code == 409
    body = answer.json()
    first = body["renewable_from"]
    assert body["reasons"][0] == {"code": "renewal_too_soon", "facts": {"first": first}}
    assert datetime.fromisoformat(first).date() > clock.now().date()


def test_a_copy_must_be_shown_where_the_rules_say_so(loan: Loan, api: Program) -> None:
    made_earlier(loan, 29)
    unseen = api.post(f"loans/{loan.public_id}/renewals", {})
    seen = api.post(f"loans/{loan.public_id}/renewals", {"seen": True})
    assert unseen.json()["reasons"] == [
        {"code": "copy_not_seen", "facts": {"renewals": 0, "limit": 0}}
    ]
    assert (seen.status_code, seen.json()["renewals"]) == (201, 1)


def test_a_loan_is_recalled_and_that_is_undone(world: World, loan: Loan, api: Program) -> None:
    refused = api.post(f"loans/{loan.public_id}/recall")
    world.hold(world.patron(), loan.copy.title)
    recalled = api.post(f"loans/{loan.public_id}/recall")
    undone = api.post(f"loans/{loan.public_id}/undo", {"step": "recall"})

    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (409, "nobody_waits")
    assert (recalled.status_code, recalled.json()["waiting"]) == (200, 1)
    assert recalled.json()["due_on"] < recalled.json()["was_due_on"]
    assert (undone.status_code, undone.json()["due_on"]) == (200, recalled.json()["was_due_on"])


def test_a_return_is_taken_as_of_an_earlier_day(world: World, loan: Loan, api: Program) -> None:
    world.policy(settled_by="money", fine_cents=20)
    made_earlier(loan, 35)
    in_time = (loan.due_at - timedelta(hours=1)).isoformat()
    body = {"copy_barcodes": [loan.copy.barcode], "as_of": in_time}

    refused = program(world, HELPER).post("returns", body)
    taken = api.post("returns", body)

    assert (refused.status_code, refused.json()["type"]) == (403, "forbidden")
    [result] = taken.json()["results"]
    assert (result["days_overdue"], result["fine_cents"]) == (0, 0)
    assert datetime.fromisoformat(result["returned_at"]) == loan.due_at - timedelta(hours=1)


@pytest.mark.parametrize(("days", "code"), [(1, "in_future"), (-400, "too_long_ago")])
def test_a_day_that_cannot_be_is_malformed(loan: Loan, api: Program, days: int, code: str) -> None:
    as_of = (clock.now() + timedelta(days=days)).isoformat()
    answer = api.post("returns", {"copy_barcodes": [loan.copy.barcode], "as_of": as_of})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("as_of", code)
    assert Loan.objects.get().returned_at is None


def test_an_amnesty_needs_a_reason_and_a_right(world: World, loan: Loan, api: Program) -> None:
    world.policy(settled_by="money", fine_cents=20)
    made_earlier(loan, 35)
    body = {"copy_barcodes": [loan.copy.barcode], "amnesty": True}

    assert api.post("returns", body).status_code == 422
    body["reason"] = "读书日"
    without = program(world, {Permission.CHECKIN}).post("returns", body)
    [result] = api.post("returns", body).json()["results"]

    assert without.status_code == 403
    assert result["is_forgiven"]
    assert not LedgerLine.objects.exists()


def test_the_day_of_a_return_is_corrected(world: World, loan: Loan, api: Program) -> None:
    world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True)
    made_earlier(loan, 35)
    [late] = api.post("returns", {"copy_barcodes": [loan.copy.barcode]}).json()["results"]
    assert late["fine_cents"] > 0

    in_time = (loan.due_at - timedelta(hours=1)).isoformat()
    answer = api.post(f"loans/{loan.public_id}/return-date", {"as_of": in_time})
    again = api.post(f"loans/{loan.public_id}/return-date", {"as_of": clock.now().isoformat()})

    assert (answer.status_code, answer.json()["fine_cents"]) == (200, 0)
    assert (again.status_code, again.json()["reasons"][0]["code"]) == (409, "return_day_unfit")
    assert sum(LedgerLine.objects.values_list("amount_cents", flat=True)) == 0
