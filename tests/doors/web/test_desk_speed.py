"""How many statements a scan takes: fixed numbers, whatever the library's size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.doors.web.desk_page import Desk, lend
from tests.world import World

# Library, branches, session, account, staff member.
WHO_AND_WHERE = 5
# Key, lock and facts; the writes (loan, journal, outcome) are one statement on PostgreSQL. A
# return has two locks there: copies, then queues and borrowers.
LENDING = {"postgresql": 4, "sqlite": 5}
RETURNING = {"postgresql": 5, "sqlite": 5}
RETURNING_NOTHING = {"postgresql": 5, "sqlite": 4}
RECOGNISE = 1
READER_AND_LOANS = 2


@pytest.fixture
def desk(world, staff_client) -> Desk:
    return Desk(world, staff_client)


def statements(desk: Desk, text: str) -> int:
    """Scan, and count the statements beyond who is here and where, transactions not counted."""
    with CaptureQueriesContext(connection) as captured:
        answer = desk.scan(text)
    assert answer.status_code == 200, answer.content.decode()
    texts = [query["sql"].strip() for query in captured.captured_queries]
    frames = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET CONSTRAINTS")
    return len([text for text in texts if not text.startswith(frames)]) - WHO_AND_WHERE


@pytest.mark.parametrize("loans", [1, 20])
def test_every_path_takes_a_fixed_number_of_statements(world: World, desk, loans: int) -> None:
    world.policy(max_loans=100)
    patron, other = world.patron(), world.patron("王小明")
    lent = [world.copy() for _ in range(loans)]
    for copy in lent:
        lend(world, copy, patron)
    shelved, shown = world.copy(), world.copy()
    engine = connection.vendor
    desk.scan(other.card)  # warms the rules
    desk.open()

    assert statements(desk, shown.barcode) == RECOGNISE
    desk.open()
    assert statements(desk, patron.card) == RECOGNISE + READER_AND_LOANS
    assert statements(desk, shelved.barcode) == RECOGNISE + LENDING[engine] + READER_AND_LOANS
    desk.open()
    assert statements(desk, lent[0].barcode) == RECOGNISE + RETURNING[engine] + READER_AND_LOANS
    desk.open("?mode=return")
    assert statements(desk, lent[0].barcode) == RECOGNISE + RETURNING_NOTHING[engine]
