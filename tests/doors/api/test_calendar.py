"""Vacations, last days of term and closures over the API."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Closure, Loan, TermEnd, Vacation
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import OWNER, Permission
from tests.doors.api.program import Program, program
from tests.world import World


@pytest.fixture
def world(db):
    """A library whose time is now, since the door reads the clock."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


@pytest.fixture
def everywhere(world: World) -> Program:
    """A program whose token reaches every branch."""
    return program(world, all_branches=True)


def lent(world: World) -> Loan:
    call = {"copy_barcodes": (world.copy().barcode,), "card_barcode": world.patron().card}
    [result] = checkout(world.desk(), **call).results
    return Loan.objects.get(public_id=result.loan)


def test_a_closure_is_tried_made_and_undone(world: World, everywhere: Program) -> None:
    loan = lent(world)
    due = loan.due_at.astimezone(world.desk().zone).date()
    body = {"name": "台风", "starts_on": str(due), "ends_on": str(due + timedelta(days=1))}

    tried = everywhere.post("closures/preview", body)
    moved = [{"on": str(due), "to": str(due + timedelta(days=2)), "count": 1}]
    assert (tried.status_code, tried.json()) == (
        200, {"loans": moved, "holds": [], "readers": 1},
    )  # fmt: skip
    assert not Closure.objects.exists()

    closed = everywhere.post("closures", body, key="1")
    again = everywhere.post("closures", body, key="1")
    assert (closed.status_code, again.json()) == (201, closed.json())
    [listed] = everywhere.get("closures").json()["closures"]
    assert (listed["id"], listed["loans"], listed["is_undone"]) == (closed.json()["code"], 1, False)

    undone = everywhere.post(f"closures/{listed['id']}/undo")
    twice = everywhere.post(f"closures/{listed['id']}/undo")
    assert (undone.status_code, twice.status_code) == (200, 409)
    assert twice.json() == {"type": "refused", "trouble": "undone_already"}
    assert Loan.objects.get().due_at == loan.due_at


def test_a_closure_that_cannot_be_is_refused_alike_when_tried(
    world: World, everywhere: Program
) -> None:
    for changes, trouble in (
        ({"ends_on": "2026-01-01"}, "ends_before_start"),
        ({"ends_on": "2999-01-01"}, "span_too_long"),
        ({"name": " "}, "name_missing"),
        ({"branch": "nowhere"}, "unknown"),
    ):
        body = {"name": "台风", "starts_on": "2026-12-01", "ends_on": "2026-12-02"} | changes
        for path in ("closures/preview", "closures"):
            answer = everywhere.post(path, body)
            assert (answer.status_code, answer.json()["trouble"]) == (409, trouble), path


def test_a_vacation_is_tried_added_changed_and_deleted(world: World, everywhere: Program) -> None:
    loan = lent(world)
    due = loan.due_at.astimezone(world.desk().zone).date()
    back = due + timedelta(days=20)
    body = {
        "name": "寒假", "starts_on": str(due - timedelta(days=5)),
        "ends_on": str(due + timedelta(days=5)), "moves": "due", "due_on": str(back),
    }  # fmt: skip

    tried = everywhere.post("vacations/preview", body).json()
    added = everywhere.post("vacations", body, key="1")
    again = everywhere.post("vacations", body, key="1")
    here = f"vacations/{added.json()['code']}"
    shown = everywhere.get(here).json()
    later = body | {"due_on": str(back + timedelta(days=3)), "extra_loans": 2}
    tried_again = everywhere.post(f"{here}/preview", later).json()
    changed = everywhere.call("PUT", here, later)
    wrong = everywhere.call("PUT", here, body | {"due_on": None})

    assert tried["loans"] == [{"on": str(due), "to": str(back), "count": 1}]
    assert (added.status_code, again.json()) == (201, added.json())
    assert (shown["due_on"], shown["branch"], shown["late_days"]) == (str(back), "", "never")
    assert [day["to"] for day in tried_again["loans"]] == [str(back + timedelta(days=3))]
    assert changed.status_code == 200
    assert (wrong.status_code, wrong.json()["trouble"]) == (409, "when_missing")
    [listed] = everywhere.get("vacations").json()["vacations"]
    assert (listed["id"], listed["extra_loans"]) == (shown["id"], 2)
    assert everywhere.call("DELETE", here).status_code == 200
    assert everywhere.call("DELETE", here).status_code == 404
    assert not Vacation.objects.exists()


def test_a_last_day_of_term_is_added_listed_and_deleted(world: World, everywhere: Program) -> None:
    on = str(world.desk().today + timedelta(days=90))
    body = {"name": "期末", "on": on, "card_type": "adult"}

    added = everywhere.post("term-ends", body, key="1")
    twice = everywhere.post("term-ends", body)

    assert (added.status_code, twice.json()["trouble"]) == (201, "days_there_already")
    [listed] = everywhere.get("term-ends").json()["term_ends"]
    assert (listed["name"], listed["card_type"]) == ("期末", "adult")
    assert everywhere.call("DELETE", f"term-ends/{on}").status_code == 404  # the one of all
    assert everywhere.call("DELETE", f"term-ends/{on}?card_type=adult").status_code == 200
    assert not TermEnd.objects.exists()


def test_loans_are_brought_forward_to_a_last_day_of_term(
    world: World, api: Program, everywhere: Program
) -> None:
    loan = lent(world)
    zone = world.desk().zone
    on = loan.due_at.astimezone(zone).date() - timedelta(days=5)
    everywhere.post("term-ends", {"name": "期末", "on": str(on)})
    here = f"term-ends/{on}/dates"

    tried = everywhere.post(f"{here}/preview", {}).json()
    refused = api.post(here, {})
    moved = everywhere.post(here, {"notice_days": 3}, key="1")
    again = everywhere.post(here, {"notice_days": 3}, key="1")

    assert tried["loans"] == [{"on": str(on + timedelta(days=5)), "to": str(on), "count": 1}]
    assert (tried["readers"], tried["staying"]) == (1, 0)
    assert refused.status_code == 403
    assert (moved.status_code, again.json()) == (200, moved.json())
    loan.refresh_from_db()
    assert loan.due_at.astimezone(zone).date() == on
    assert everywhere.post(f"term-ends/{on + timedelta(1)}/dates", {}).status_code == 404
    assert everywhere.post(f"{here}/preview", {"notice_days": 0}).status_code == 422


def test_a_token_of_one_branch_moves_dates_there_only(world: World, api: Program) -> None:
    world.east()
    days = {"name": "停电", "starts_on": "2026-12-01", "ends_on": "2026-12-01"}
    term = {"name": "期末", "on": "2026-12-01"}
    for path, body, status in (
        ("closures", days | {"branch": "main"}, 201),
        ("closures", days | {"branch": "east"}, 403),
        ("closures", days, 403),
        ("closures/preview", days, 403),
        ("vacations", days, 403),
        ("vacations/preview", days | {"branch": "east"}, 403),
        ("vacations", days | {"branch": "main"}, 201),
        ("term-ends", term, 403),
    ):
        answer = api.post(path, body)
        assert answer.status_code == status, (path, body)
        assert status == 201 or answer.json()["type"] == "other_branch"


def test_the_calendar_takes_the_right_to_change_settings(world: World) -> None:
    weak = program(world, OWNER - {Permission.SETTINGS}, all_branches=True)
    for path in ("vacations", "term-ends", "closures"):
        assert weak.get(path).status_code == 403
