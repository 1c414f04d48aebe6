"""Where a copy on the desk goes: the table, and what holds for every case of it."""

from itertools import product
from typing import Any

import pytest

from jieyue.circulation.rules.routing import Route, route

HERE, EAST, WEST = 1, 2, 3
CASE: dict[str, Any] = {
    "here": HERE,
    "home": HERE,
    "home_is_open": True,
    "floats": False,
    "pickup": None,
}

TABLE: dict[str, tuple[dict[str, Any], Route]] = {
    "home": ({}, Route("shelf", HERE)),
    "of another branch": ({"home": EAST}, Route("branch", EAST, "home")),
    "waited for here": ({"pickup": HERE}, Route("hold_shelf", HERE)),
    "waited for elsewhere": ({"pickup": EAST}, Route("branch", EAST, "hold")),
    "of another branch, waited for here": (
        {"home": EAST, "pickup": HERE},
        Route("hold_shelf", HERE),
    ),
    "of another branch, waited for at a third": (
        {"home": EAST, "pickup": WEST},
        Route("branch", WEST, "hold"),
    ),
    "floating, at home": ({"floats": True}, Route("shelf", HERE)),
    "floating, come back elsewhere": (
        {"home": EAST, "floats": True},
        Route("shelf", HERE, stays="floats"),
    ),
    "floating, waited for elsewhere": (
        {"home": EAST, "floats": True, "pickup": WEST},
        Route("branch", WEST, "hold"),
    ),
    "its branch closed for good": (
        {"home": EAST, "home_is_open": False},
        Route("shelf", HERE, stays="home_closed"),
    ),
    "here, at a branch closed for good": ({"home_is_open": False}, Route("shelf", HERE)),
    "its branch closed for good, waited for": (
        {"home": EAST, "home_is_open": False, "pickup": HERE},
        Route("hold_shelf", HERE),
    ),
    "sent elsewhere, still here": ({"sent_to": EAST}, Route("branch", EAST, "request")),
    "sent here, arrived": ({"home": EAST, "sent_to": HERE}, Route("shelf", HERE, stays="sent")),
    "sent elsewhere, turned up here": (
        {"home": EAST, "sent_to": WEST},
        Route("branch", WEST, "request"),
    ),
    "sent, but a reader waits here": ({"sent_to": EAST, "pickup": HERE}, Route("hold_shelf", HERE)),
    "sent home from elsewhere": ({"sent_to": HERE}, Route("shelf", HERE)),
    "withdrawn": ({"home": EAST, "is_withdrawn": True}, Route("shelf", HERE)),
    "withdrawn and waited for": (
        {"home": EAST, "pickup": EAST, "is_withdrawn": True},
        Route("shelf", HERE),
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_table(case: str) -> None:
    given, goes = TABLE[case]

    assert route(**CASE | given) == goes


def every_case():
    for home, is_open, floats, pickup, sent_to, gone in product(
        (HERE, EAST), (True, False), (True, False), (None, HERE, EAST, WEST),
        (None, HERE, EAST, WEST), (True, False),
    ):  # fmt: skip
        yield {
            "here": HERE, "home": home, "home_is_open": is_open, "floats": floats,
            "pickup": pickup, "sent_to": sent_to, "is_withdrawn": gone,
        }  # fmt: skip


def test_nothing_travels_to_where_it_is_and_only_what_travels_says_why() -> None:
    for case in every_case():
        goes = route(**case)
        assert (goes.to == "branch") == (goes.branch_id != HERE) == bool(goes.why), case


def test_a_copy_stays_for_a_reason_only_where_it_does_not_belong() -> None:
    for case in every_case():
        goes = route(**case)
        assert not goes.stays or (goes.to == "shelf" and case["home"] != HERE), case


def test_a_second_scan_where_it_arrived_moves_it_no_more() -> None:
    """Koha 34596 and 40331: a copy scanned again made a superfluous transfer."""
    for case in every_case():
        first = route(**case)
        if first.to == "branch":
            continue
        home = HERE if first.stays else case["home"]
        again = route(**case | {"home": home, "sent_to": None})
        assert again.to == first.to, case
