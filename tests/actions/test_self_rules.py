"""What readers may do without staff, and the codes that prove they are here."""

from datetime import datetime, timedelta

import pytest

from jieyue.circulation.actions.self_rules import renew_signs, set_self_service
from jieyue.circulation.models import ReturnPoint
from jieyue.circulation.queries.self_service import proved_by_code, self_rules
from jieyue.circulation.rules.self_service import door_code, point_code, sign_code
from jieyue.libraries.settings.outcomes import NotSaved
from tests.self_service import allow, at_a_point
from tests.world import World


def test_codes_of_door_sign_and_point_prove_it_and_old_ones_do_not(world: World) -> None:
    allow(world, by_sign=True)
    at_a_point(world, world.patron())
    rules, point = self_rules(world.branch.pk), ReturnPoint.objects.get().public_id
    now: datetime = world.now
    codes = [door_code(rules, now), sign_code(rules), point_code(rules, point)]

    def how(code: str, at: datetime) -> str:
        found = proved_by_code(code, at)
        return found[0] if found else ""

    assert [how(code, now) for code in codes] == ["door", "sign", "point"]
    assert how(codes[0], now + timedelta(seconds=30)) == "door"
    assert [how(code, now + timedelta(seconds=60)) for code in codes] == ["", "sign", "point"]
    assert how(codes[0][:-1] + "x", now) == ""
    renew_signs(world.desk(), branch="main")
    assert [how(code, now) for code in codes] == ["door", "", ""]
    assert how("d." + "9" * 5000, now) == how("", now) == how("x.y.z", now) == ""


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"networks": "192.168.1.0/24 nonsense"}, "network_bad"),
        ({"networks": "0.0.0.0/0", "by_network": True}, "network_bad"),
        ({"by_network": True}, "network_bad"),
        ({"by_door": False}, "no_way_chosen"),
        ({"minutes": 0}, "number_bad"),
        ({"most": 0}, "number_bad"),
        ({"when": "windows"}, "hours_bad"),
        ({"windows": ((0, "18:00", "18:00"),)}, "hours_bad"),
        ({"windows": ((7, "18:00", "19:00"),)}, "hours_bad"),
        ({"not_for": ("nobody",)}, "unknown"),
        ({"branch": "west"}, "unknown"),
    ],
)
def test_rules_that_make_no_sense_are_refused(world: World, values: dict, trouble: str) -> None:
    given = {"branch": "main", "may_borrow": True} | values

    outcome = set_self_service(world.desk(), **given)

    assert isinstance(outcome, NotSaved)
    assert outcome.trouble == trouble
    assert self_rules(world.branch.pk) is None
