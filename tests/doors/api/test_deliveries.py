"""`/deliveries`: what became of messages."""

import pytest

from jieyue.notices.models import Delivery
from tests.mailing import MORNING, Clock, at, lent, reminded, sent


def test_a_program_lists_what_could_not_be_told(world, api):
    clock = Clock(at(world, MORNING))
    patron = world.patron("林晓雨")
    lent(world, "活着", "2026-03-05", patron)
    reminded(world, clock())
    sent(world, clock)

    [row] = api.get("deliveries?state=unreached&kind=due_soon&on=2026-03-02").json()["deliveries"]
    assert (row["patron"], row["kinds"], row["titles"]) == (
        patron.public_id, ["due_soon"], ["活着"],
    )  # fmt: skip
    assert row["public_id"] == Delivery.objects.get().public_id
    assert (row["channel"], row["due_at"], row["ended_at"]) == ("", None, None)
    assert api.get(f"deliveries?patron={patron.public_id}").json()["deliveries"] == [row]


@pytest.mark.parametrize("query", ["state=handed", "kind=overdue", "on=2026-03-03", "patron=X",
                                   "channel=email", "offset=1"])  # fmt: skip
def test_what_is_not_asked_for_is_left_out(world, api, query):
    clock = Clock(at(world, MORNING))
    lent(world, "活着", "2026-03-05", world.patron())
    reminded(world, clock())
    sent(world, clock)
    assert api.get(f"deliveries?{query}").json() == {"deliveries": []}


def test_an_unknown_state_is_malformed(api):
    assert api.get("deliveries?state=lost").status_code == 422
