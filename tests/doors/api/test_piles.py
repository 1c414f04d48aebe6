"""Many copies changed together by programs: looked at, done, taken back."""

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
from jieyue.libraries.rules.permissions import Permission
from tests.doors.api.program import Program, program
from tests.world import World

MOVE = {"kind": "relocate", "branch": "east", "shelf": "B"}


def shelves(*copies: Copy) -> list[tuple[str, str]]:
    """Return branch and shelf of each copy."""
    found = [Copy.objects.select_related("branch").get(pk=copy.pk) for copy in copies]
    return [(copy.branch.code, copy.shelf) for copy in found]


def test_a_pile_is_looked_at_moved_and_taken_back(world: World) -> None:
    east, everywhere = world.east(), program(world, all_branches=True)
    first, second = world.copy(world.title("边城"), shelf="A"), world.copy(branch=east, shelf="B")
    asked = {"change": MOVE, "barcodes": [first.barcode, second.barcode, "0000999"]}

    made = everywhere.post("piles", asked, key="make")

    assert (made.status_code, made.json()["copies"]) == (201, 3)
    assert everywhere.post("piles", asked, key="make").json() == made.json()
    address = f"piles/{made.json()['pile']}"
    looked = everywhere.get(address).json()
    assert (looked["state"], looked["counts"], looked["change"]) == (
        *("draft", {"waiting": 1, "left": 2}),
        {"branch": "east", "shelf": "B"},
    )
    assert looked["reasons"] == [
        {"code": "copy_unknown", "count": 1}, {"code": "nothing_changes", "count": 1},
    ]  # fmt: skip
    assert looked["lines"][-1] == {
        "barcode": first.barcode, "copy_id": first.public_id, "title": "边城",
        "state": "waiting", "why": "", "before": {"branch": "main", "shelf": "A"},
        "after": {"branch": "east", "shelf": "B"},
    }  # fmt: skip
    assert (shelves(first), everywhere.get("piles").json()) == ([("main", "A")], [])

    begun = everywhere.post(f"{address}/state", {"do": "begin"}, key="begin")

    assert begun.json() == {"type": "pile_begun", "pile": looked["public_id"], "is_small": True}
    assert everywhere.post(f"{address}/state", {"do": "begin"}, key="begin").json() == begun.json()
    assert shelves(first, second) == [("east", "B"), ("east", "B")]
    again = everywhere.post(f"{address}/state", {"do": "begin"})
    assert (again.status_code, again.json()["faults"][0]["code"]) == (409, "pile_begun")
    [listed] = everywhere.get("piles").json()
    assert (listed["state"], listed["may_undo"], listed["counts"]) == (
        "done", True, {"done": 1, "left": 2},
    )  # fmt: skip
    everywhere.post(f"{address}/state", {"do": "undo"})
    assert everywhere.get(address).json()["counts"] == {"left": 2, "undone": 1}
    assert shelves(first, second) == [("main", "A"), ("east", "B")]


def test_what_stands_against_a_pile_is_said(world: World, api: Program) -> None:
    lent, free = world.copy(), world.copy(world.title("呐喊", clc="I210"))
    checkout(world.desk(), copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    repair = {"kind": "standing", "standing": "repair"}

    pile = api.post("piles", {"change": repair, "copies": [lent.public_id, free.public_id]}).json()

    found = api.get(f"piles/{pile['pile']}").json()
    assert found["reasons"] == [{"code": "copy_on_loan", "count": 1}]
    found = api.post("piles", {"change": repair, "search": {"clc": "I"}}).json()
    assert found["copies"] == 1
    for body, code in (
        ({"change": repair}, "pile_empty"),
        ({"change": repair, "search": {}}, "pile_empty"),
        ({"change": {"kind": "withdraw"}, "copies": [free.public_id]}, "reason_missing"),
        ({"change": {"kind": "relocate", "branch": "x"}, "copies": ["y"]}, "branch_unknown"),
    ):
        answer = api.post("piles", body)
        codes = [fault["code"] for fault in answer.json()["faults"]]
        assert (answer.status_code, code in codes) == (409, True), (body, codes)
    assert api.post("piles", {"change": repair, "import_id": "NOTTHERE22"}).status_code == 404
    reader = program(world, {Permission.CATALOG_VIEW})
    assert reader.post("piles", {"change": repair, "search": {"clc": "I"}}).status_code == 403
    assert reader.post(f"piles/{pile['pile']}/state", {"do": "begin"}).status_code == 403
