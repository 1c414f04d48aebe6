"""`/holds`: each operation, and each refusal's translation."""

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Hold
from jieyue.libraries.rules.permissions import HELPER
from tests.doors.api.program import Program, program
from tests.world import World


def place(api: Program, title, patron, key: str | None = None, **more):
    body = {"title": title.public_id, "patron": patron.public_id, "pickup": "main"} | more
    return api.post("holds", body, key=key)


def test_a_title_is_reserved(world: World, api: Program) -> None:
    title, patron = world.title("活着"), world.patron()
    world.copy(title)

    answer = place(api, title, patron)

    assert answer.status_code == 201
    assert answer.json() == {
        "type": "hold_placed",
        "hold": Hold.objects.get().public_id,
        "patron": patron.public_id,
        "title": "活着",
        "pickup": "总馆",
        "place": 1,
        "overridden": [],
    }


def test_the_same_again_is_409_and_the_same_key_the_same_answer(world: World, api: Program) -> None:
    title, patron = world.title("活着"), world.patron()
    world.copy(title)
    first = place(api, title, patron, key="tap")

    assert place(api, title, patron, key="tap").json() == first.json()
    again = place(api, title, patron)
    assert again.status_code == 409
    assert again.json() == {
        "type": "refused",
        "hold": first.json()["hold"],
        "title": "活着",
        "reasons": [{"code": "already_on_hold", "facts": {}}],
        "can_be_overridden": False,
    }


def test_a_hold_is_listed_suspended_resumed_moved_and_cancelled(world: World, api: Program) -> None:
    title, patron = world.title("活着"), world.patron("林晓雨")
    other = world.hold(world.patron(), title)
    world.copy(title)
    hold = place(api, title, patron).json()["hold"]

    [listed] = api.get(f"patrons/{patron.public_id}/holds").json()["holds"]
    assert (listed["hold"], listed["place"], listed["state"]) == (hold, 2, "waiting")
    assert (listed["wait"], listed["patron_name"]) == (None, "林晓雨")
    suspended = api.call("PUT", f"holds/{hold}/suspension", {"wakes_on": "2099-01-01"})
    assert (suspended.status_code, suspended.json()["wakes_on"]) == (200, "2099-01-01")
    assert api.call("DELETE", f"holds/{hold}/suspension").json()["place"] == 2
    moved = api.call(
        "PUT", f"holds/{hold}/place", {"before": other.public_id, "reason": "教学用书"}
    )
    assert (moved.json()["place"], moved.json()["was"]) == (1, 2)
    queue = api.get(f"titles/{title.public_id}/holds").json()["holds"]
    assert [row["hold"] for row in queue] == [hold, other.public_id]
    changed = api.call("PUT", f"holds/{hold}/pickup", {"branch": "nowhere"})
    assert (changed.status_code, changed.json()["reasons"][0]["code"]) == (409, "pickup_unknown")
    cancelled = api.call("DELETE", f"holds/{hold}")
    assert (cancelled.status_code, cancelled.json()["goes"]["to"]) == (200, "shelf")
    assert api.call("DELETE", f"holds/{hold}").json()["reasons"][0]["code"] == "hold_ended"


def test_a_cancelled_holds_copy_goes_on(world: World, api: Program) -> None:
    title = world.title()
    first, second = (world.hold(world.patron(), title) for _ in range(2))
    copy = world.copy(title)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))

    cancelled = api.call("DELETE", f"holds/{first.public_id}").json()

    assert cancelled["copy_barcode"] == copy.barcode
    assert (cancelled["goes"]["to"], cancelled["goes"]["hold"]) == ("hold_shelf", second.public_id)


def test_without_the_right_nothing_is_reserved(world: World) -> None:
    title, patron = world.title(), world.patron()
    answer = place(program(world, HELPER), title, patron)
    assert (answer.status_code, answer.json()["type"]) == (403, "forbidden")
    assert Hold.objects.count() == 0


def test_bad_input_is_422(world: World, api: Program) -> None:
    hold = world.hold(world.patron(), world.title()).public_id
    for method, path, body in (
        ("POST", "holds", {}),
        ("POST", "holds", {"patron": "x", "pickup": "y", "titel": "z"}),
        ("PUT", f"holds/{hold}/suspension", {"wakes_on": "tomorrow"}),
        ("PUT", f"holds/{hold}/place", {}),
    ):
        assert api.call(method, path, body).status_code == 422, (path, body)
