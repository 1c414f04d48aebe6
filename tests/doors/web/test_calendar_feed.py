"""A reader's due dates in their phone's calendar, at an address only they know."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.kit import clock
from jieyue.patrons.feeds import feed_token
from jieyue.patrons.models import CalendarFeed


@pytest.fixture
def loan(world):
    """A reader with a book called with everything a calendar must escape."""
    world.now = clock.now()
    patron, copy = world.patron(), world.copy(world.title("茶馆, 龙须沟; “选”\\1", volume="上册"))
    lent = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    return patron, copy, lent.results[0]


def made(world, client) -> None:
    client.post(reverse("reader:calendar", args=[world.library.slug]))


def read(client, world, patron, status: int = 200) -> list[dict]:
    address = reverse("reader:feed", args=[world.library.slug, feed_token(patron.pk) or "none"])
    answer = client.get(address)
    assert answer.status_code == status
    return Calendar.from_ical(answer.content).walk("VEVENT") if status == 200 else []


def test_each_loan_is_a_day_of_the_calendar(world, client, reader_client, loan) -> None:
    patron, _, lent = loan
    made(world, reader_client(patron))
    [event] = read(client, world, patron)
    assert event["SUMMARY"] == "还书：《茶馆, 龙须沟; “选”\\1 上册》"
    assert event.decoded("DTSTART") == lent.due_on
    assert event.decoded("DTEND") == lent.due_on + timedelta(days=1)
    assert event["LOCATION"] == "总馆"
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(hours=-15)


def test_what_is_returned_leaves_it_and_what_waits_comes_in(
    world, client, reader_client, loan
) -> None:
    patron, copy, _ = loan
    made(world, reader_client(patron))
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    assert read(client, world, patron) == []
    title = world.title("草房子")
    world.hold(
        patron, title, state="ready", captured_copy=world.copy(title), captured_at=world.now,
        ready_at=world.now, fetch_by=date(2030, 1, 2),
    )  # fmt: skip
    [event] = read(client, world, patron)
    assert (event["SUMMARY"], event.decoded("DTSTART")) == (
        "预约取书最后一天：《草房子》",
        date(2030, 1, 2),
    )


def test_a_new_address_ends_the_old_one_and_an_ended_one_leads_nowhere(
    world, client, reader_client, loan
) -> None:
    patron, _, _ = loan
    mine = reader_client(patron)
    made(world, mine)
    old = feed_token(patron.pk)
    page = mine.get(reverse("reader:calendar", args=[world.library.slug])).content.decode()
    assert f"webcal://testserver/{world.library.slug}/calendar/{old}.ics" in page
    made(world, mine)
    assert feed_token(patron.pk) != old
    old_address = reverse("reader:feed", args=[world.library.slug, old])
    assert client.get(old_address).status_code == 404
    mine.post(reverse("reader:end_calendar", args=[world.library.slug]))
    assert not CalendarFeed.objects.exists()
    read(client, world, patron, 404)
