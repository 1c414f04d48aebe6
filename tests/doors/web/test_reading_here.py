"""Reading in the library at the desk: offered where only taking away is refused."""

import pytest

from jieyue.circulation.models import Loan
from tests.doors.web.desk_page import Desk


@pytest.fixture
def desk(world, staff_client) -> Desk:
    return Desk(world, staff_client)


def test_a_reference_copy_is_lent_to_be_read_here(world, desk) -> None:
    copy, patron = world.copy(standing="reference"), world.patron()
    desk.scan(patron.card)
    desk.scan(copy.barcode)
    assert 'name="on_site" value="1"' in desk.html

    answer = desk.post("loans/", barcode=copy.barcode, on_site="1")

    loan = Loan.objects.get()
    assert (answer.status_code, desk.tone, desk.headline) == (200, "look", "馆内阅览")
    assert "请在 23:59 前归还" in desk.html
    assert (loan.is_on_site, loan.copy_id, loan.patron_id) == (True, copy.pk, patron.pk)


def test_it_is_not_offered_where_something_else_is_wrong(world, desk) -> None:
    desk.scan(world.patron(frozen_at=world.now, frozen_reason="换班").card)
    desk.scan(world.copy(standing="reference").barcode)
    assert 'name="on_site"' not in desk.html
