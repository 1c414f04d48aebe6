"""A form's key that comes back with other entries: an old page, said so, nothing changed."""

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout


def test_a_readers_page_says_that_something_changed(world, reader_client) -> None:
    patron, copies = world.patron(), (world.copy(), world.copy())
    lent = checkout(
        world.desk(), copy_barcodes=tuple(c.barcode for c in copies), card_barcode=patron.card
    )
    client = reader_client(patron)

    answers = [
        client.post(f"/northfield/my/loans/{one.loan}/renewals", {"idempotency_key": "same"})
        for one in lent.results
    ]

    assert [answer.status_code for answer in answers] == [303, 409]


def test_a_cataloguers_page_says_that_something_changed(world, staff_client) -> None:
    copies = (world.copy(), world.copy())

    answers = [
        staff_client.post(
            f"/northfield/staff/catalog/copies/{copy.public_id}/standing/",
            {"standing": "repair", "idempotency_key": "same"},
        )
        for copy in copies
    ]

    assert [answer.status_code for answer in answers] == [303, 409]
    assert Copy.objects.filter(standing="repair").count() == 1
