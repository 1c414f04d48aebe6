"""How many statements the hot path takes, by engine: the budget of its speed (design §5)."""

import pytest
from django.db import connection

from tests.doors.api.program import Program
from tests.world import World

# sign in · take the key · [lock] · read the facts · write loans, journal and outcome
LENDING = {"sqlite": 6, "postgresql": 5}
# A return locks twice: the copies, then (seeing who has them now) queues and borrowers. Neither
# lock is a round trip of its own.
RETURNING = {"sqlite": 6, "postgresql": 6}


@pytest.fixture
def budget(django_assert_num_queries):
    """Count the statements of a block, BEGIN and COMMIT aside."""
    return lambda by_engine: django_assert_num_queries(by_engine[connection.vendor] + SAVEPOINTS)


SAVEPOINTS = 2  # the test's own transaction makes the action's a savepoint


@pytest.mark.parametrize("copies", [1, 10])
def test_statements_of_a_call_do_not_grow_with_copies(
    world: World, api: Program, budget, copies: int
) -> None:
    world.policy(max_loans=100)
    patron, barcodes = world.patron(), [world.copy().barcode for _ in range(copies)]
    warm = world.copy().barcode
    api.post("loans", {"card_barcode": patron.card, "copy_barcode": warm})  # reads the rules
    api.post("returns", {"copy_barcodes": [warm]})

    with budget(LENDING):
        lent = api.post(
            "loans/batch", {"card_barcode": patron.card, "copy_barcodes": barcodes}, key="1"
        )
    with budget(RETURNING):
        back = api.post("returns", {"copy_barcodes": barcodes}, key="2")

    assert {result["type"] for result in lent.json()["results"]} == {"lent"}
    assert {result["type"] for result in back.json()["results"]} == {"returned"}


def test_a_preview_is_one_statement_after_signing_in(
    world: World, api: Program, django_assert_num_queries
) -> None:
    patron, copy = world.patron(), world.copy()
    body = {"card_barcode": patron.card, "copy_barcodes": [copy.barcode]}
    api.post("loans/preview", body)

    with django_assert_num_queries(2):
        assert api.post("loans/preview", body).status_code == 200
