"""One idempotency key from several connections at once, on the engine of the run."""

import pytest

from jieyue.circulation.models import Loan
from jieyue.kit.scope import library_scope
from tests.doors.api.program import program
from tests.races.test_desks import race
from tests.world import World

CALLS = 8


@pytest.mark.django_db(transaction=True)
def test_eight_calls_with_one_key_are_one_loan_and_one_answer() -> None:
    world = World()
    with library_scope(world.library.pk):
        body = {"card_barcode": world.patron().card, "copy_barcode": world.copy().barcode}
    api = program(world)

    answers = race(lambda _: api.post("loans", body, key="once"), range(CALLS))

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (201, answers[0].content)
    }
    assert Loan.across_libraries.count() == 1
