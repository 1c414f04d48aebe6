"""What staff see and change of who a reader is: date of birth, an address nothing arrives at."""

from datetime import timedelta

import pytest

from jieyue.kit import clock
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.models import DeadAddress
from tests.doors.web.test_patrons import address, fresh, rights
from tests.world import World


@pytest.fixture
def world(db):
    """A library whose time is now, since pages read the clock. The first request ends its scope."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


def test_a_date_of_birth_is_entered_and_seen_by_who_may_change_readers(
    world: World, staff_client
) -> None:
    patron = world.patron("曾子涵")
    edit = address(world, "edit", patron.public_id)
    shown = address(world, "patron", patron.public_id)
    sent = {"name": "曾子涵", "category": "adult", "branch": "main"}

    bad = staff_client.post(edit, sent | {"born_on": "2999-01-01"})
    assert bad.status_code == 409 and "没有人能在这一天出生" in bad.text
    assert staff_client.post(edit, sent | {"born_on": "2012-09-01"}).status_code == 303
    assert fresh(patron).born_on == "2012-09-01"
    assert 'value="2012-09-01"' in staff_client.get(edit).text
    assert "2012-09-01" in staff_client.get(shown).text

    staff_client.post(edit, sent)  # a page from before this was asked
    assert fresh(patron).born_on == "2012-09-01"
    rights(world, Permission.PATRON_VIEW)
    assert "2012-09-01" not in staff_client.get(shown).text
    rights(world, Permission.PATRON_VIEW, Permission.PATRON_EDIT)
    assert staff_client.post(edit, sent | {"born_on": ""}).status_code == 303
    assert fresh(patron).born_on == ""


def test_a_dead_address_is_shown_and_tried_again_when_it_works(world: World, staff_client) -> None:
    patron = world.patron("曾子涵", email="a@example.com", email_hash=keyed_hash("a@example.com"))
    other = world.patron("王小明", phone="13812341234", phone_hash=keyed_hash("13812341234"))
    for channel, address_hash in (("email", patron.email_hash), ("sms", other.phone_hash)):
        DeadAddress.objects.create(
            library_id=world.library.pk, channel=channel, address_hash=address_hash,
            since=world.now - timedelta(days=3), code="no_such_address", detail="550 5.1.1",
        )  # fmt: skip
    shown, revived = (
        address(world, name, patron.public_id, *more)
        for name, more in (("patron", ()), ("revive", ("email",)))
    )
    day = (world.now - timedelta(days=3)).astimezone(world.desk().zone).date()

    page = staff_client.get(shown).text
    assert "邮件送不到这位读者" in page and "短信送不到" not in page
    assert "地址已不存在" in page and "550 5.1.1" in page
    assert f"{day.month}月{day.day}日" in page or day.isoformat() in page
    assert staff_client.post(address(world, "revive", patron.public_id, "fax")).status_code == 404
    assert staff_client.post(revived).status_code == 303
    assert "邮件送不到这位读者" not in staff_client.get(shown).text
    left = DeadAddress.across_libraries.values_list("address_hash", flat=True)
    assert list(left) == [other.phone_hash]
    assert staff_client.post(revived).status_code == 303  # pressed twice

    rights(world, Permission.PATRON_VIEW)
    assert "短信送不到" not in staff_client.get(address(world, "patron", other.public_id)).text
    assert staff_client.post(revived).status_code == 403
