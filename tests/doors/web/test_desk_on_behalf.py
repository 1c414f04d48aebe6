"""Lending by name, without the card: the journal keeps that it was, and why."""

from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.circulation.models import Loan
from tests.world import World


def at(world: World, name: str, query: str = "") -> str:
    return reverse(name, args=[world.library.slug]) + query


def lent_by(world: World, client, **state: str) -> str | None:
    client.post(at(world, "desk:scans"), {"q": world.copy().barcode} | state)
    return Entry.objects.filter(action="checkout").latest("id").on_behalf


def test_a_reader_found_by_name_is_lent_to_with_a_reason(world, staff_client) -> None:
    patron = world.patron("林晓雨", name_key="林晓雨")
    opened = staff_client.post(at(world, "desk:scans"), {"q": "林晓雨"})
    page = opened.content.decode()
    assert 'name="behalf" value="by_name"' in page
    assert "behalf=forgot_card" in page
    reader = {"reader": patron.public_id}
    assert lent_by(world, staff_client, **reader, behalf="by_name") == "by_name"
    assert lent_by(world, staff_client, **reader, behalf="phoned") == "phoned"
    assert lent_by(world, staff_client, **reader, behalf="爷爷来取") == "爷爷来取"
    assert Loan.objects.count() == 3


def test_a_card_that_was_scanned_needs_none(world, staff_client) -> None:
    patron = world.patron()
    opened = staff_client.post(at(world, "desk:scans"), {"q": patron.card})
    assert 'name="behalf"' not in opened.content.decode()
    assert lent_by(world, staff_client, reader=patron.public_id) is None


def test_the_journal_lists_what_was_done_on_behalf(world, staff_client) -> None:
    patron = world.patron()
    lent_by(world, staff_client, reader=patron.public_id, behalf="爷爷来取")
    lent_by(world, staff_client, reader=patron.public_id)
    everything = staff_client.get(at(world, "journal:list")).content.decode()
    listed = staff_client.get(at(world, "journal:list", "?behalf=1")).content.decode()
    titles = [loan.copy.title.name for loan in Loan.objects.order_by("id")]
    assert [name in everything for name in titles] == [True, True]
    assert [name in listed for name in titles] == [True, False]
    assert "爷爷来取" in listed
