"""What travels between branches, over the API."""

from jieyue.circulation.models import Transit
from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import OWNER
from jieyue.libraries.tokens import issue_token
from tests.doors.api.program import Program
from tests.world import World


def at(world: World, api: Program, branch: str) -> Program:
    """Return a program with a token of the branch."""
    with library_scope(world.library.pk):
        issued = issue_token(world.desk(), name=branch, branch=branch, permissions=OWNER)
    return Program(api.client, issued.secret)


def test_a_copy_is_sent_listed_and_taken_in(world: World, api: Program) -> None:
    world.east()
    copy = world.copy()
    body = {"copy_barcode": copy.barcode, "branch": "east"}

    sent = api.post("transits", body, key="1")
    again = api.post("transits", body, key="1")
    twice = api.post("transits", body, key="2")

    assert (sent.status_code, again.json()) == (201, sent.json())
    assert sent.json()["branch_name"] == "东馆"
    assert (twice.status_code, twice.json()["reasons"][0]["code"]) == (409, "copy_in_transit")
    assert api.post("manifests", {"branch": "east"}).json()["number"] == 1
    assert api.post("manifests", {"branch": "east"}).json()["reasons"] == [
        {"code": "nothing_to_send", "facts": {"to_branch": "east"}}
    ]
    assert api.post("manifests/1/sending").json() == {
        "type": "manifest_sent", "number": 1, "copies": 1,
    }  # fmt: skip
    listed = api.get("transits").json()
    assert [way["barcode"] for way in listed["left"]] == [copy.barcode]

    there = at(world, api, "east")
    assert api.post("manifests/1/receipt").status_code == 409  # not at this token's branch
    taken = there.post("manifests/1/receipt").json()
    assert [(r["type"], r["goes"]["stays"]) for r in taken["results"]] == [("arrived", "sent")]
    assert api.get("manifests/1").json()["still_out"] == 0
    assert api.get("manifests/2").status_code == api.get("manifests/0").status_code == 404


def test_a_transit_is_cancelled_or_taken_in_by_its_id(world: World, api: Program) -> None:
    world.east()
    ids = [
        api.post("transits", {"copy_barcode": world.copy().barcode, "branch": "east"}).json()[
            "transit"
        ]
        for _ in range(2)
    ]
    there = at(world, api, "east")

    assert api.post(f"transits/{ids[0]}/cancellation").json()["type"] == "transit_cancelled"
    assert api.post(f"transits/{ids[0]}/cancellation").status_code == 409
    taken = there.post("transits/receipts", {"transits": ids}).json()["results"]
    assert sorted((r["type"], r.get("ended", "")) for r in taken) == [
        ("arrived", ""), ("not_arrived", "cancelled"),
    ]  # fmt: skip


def test_a_token_acts_only_for_its_own_branch(world: World, api: Program) -> None:
    from jieyue.libraries.models import Branch

    world.east()
    Branch.objects.create(
        library_id=world.library.pk, code="west", name="西馆", created_at=world.now
    )
    body = {"copy_barcode": world.copy().barcode, "branch": "east"}
    transit = api.post("transits", body).json()["transit"]
    west = at(world, api, "west")

    answer = west.post(f"transits/{transit}/cancellation")

    assert (answer.status_code, answer.json()["type"]) == (403, "other_branch")
    assert Transit.objects.get().ended_at is None


def test_a_return_says_into_which_box(world: World, api: Program) -> None:
    copy = world.copy(branch=world.east())

    [result] = api.post("returns", {"copy_barcodes": [copy.barcode]}).json()["results"]

    assert result["goes"]["branch"] == "east"
    assert result["goes"]["transit"] == Transit.objects.get().public_id
