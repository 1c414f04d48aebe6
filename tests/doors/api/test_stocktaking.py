"""Counting the shelves over the API: devices that scan, and the figures."""

from jieyue.catalog.models import Copy
from tests.doors.api.program import Program
from tests.world import World


def test_a_device_counts_a_shelf(world: World, api: Program) -> None:
    seen, missing = world.copy(world.title("边城"), shelf="A"), world.copy(shelf="A")
    made = api.post("stock-takes", {"name": "盘点", "shelf": "A", "branch": "main"})
    assert made.status_code == 201, made.content.decode()
    started = made.json()
    take = f"stock-takes/{started['stock_take']}"
    scans = {"scans": [{"id": "1", "text": seen.barcode}, {"text": "0000999"}], "scanner": "gun"}

    counted = api.post(f"{take}/scans", scans, key="1")
    again = api.post(f"{take}/scans", scans, key="1")

    assert (counted.status_code, again.json()) == (200, counted.json())
    first, unknown = counted.json()["results"]
    assert (first["scan"], first["title"], first["findings"]) == ("1", "边城", [])
    assert (unknown["type"], unknown["barcode"]) == ("unknown_seen", "0000999")
    state = api.get(take).json()
    assert state["verdicts"] == {"seen": 1, "not_found": 1}
    assert (state["stock_take"]["expected"], state["unknown"]) == (2, 1)
    listed = api.get(f"{take}/lines?which=all").json()
    assert [line["verdict"] for line in listed] == ["seen", "not_found", None]
    assert api.call("PUT", f"{take}/missing").json()["copies"] == 1
    assert Copy.objects.get(pk=missing.pk).standing == "missing"
    assert api.call("DELETE", f"{take}/missing").json()["is_undone"] is True
    assert api.post(f"{take}/state", {"do": "close"}).json()["state"] == "closed"
    refused = api.post(f"{take}/scans", scans, key="2")
    assert (refused.status_code, refused.json()["reasons"][0]["code"]) == (
        409, "stock_take_closed",
    )  # fmt: skip
    assert [one["state"] for one in api.get("stock-takes").json()] == ["closed"]
    assert api.get("stock-takes/NOTTHERE22").status_code == 404
