"""What outlives a password: its reader hears of it, and a reset by code ends it."""

from datetime import timedelta

import pytest

from jieyue.accounts.models import Passkey, WechatIdentity
from jieyue.accounts.wechat import WechatUser, bind
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.patrons.models import CalendarFeed, OneTimeCode, Patron
from jieyue.patrons.own import MOST_WORDS
from tests.authenticator import Authenticator
from tests.doors.web.test_account_page import HERE, ME, NEW, PHONE, SECURE, forgot, make_passkey
from tests.doors.web.test_sign_in_codes import phone, text_of
from tests.world import World


@pytest.fixture
def reader(world: World, reader_client):
    """A reader with a phone number at a library that sends codes, and their browser."""
    for kind in ("sms", "email"):
        Gateway.objects.create(library_id=world.library.pk, kind=kind, provider="test")
    patron = world.patron(**phone())
    return patron, reader_client(patron)


def test_its_reader_is_told_of_a_new_passkey_but_not_by_the_dozen(world: World, reader) -> None:
    patron, mine = reader
    email = {"email": "lin@example.org", "email_hash": keyed_hash("lin@example.org")}
    Patron.objects.filter(pk=patron.pk).update(**email)
    mine.post(f"{ME}/passkeys", {"answer": "{}"}, **SECURE)
    assert not OneTimeCode.objects.exists()

    make_passkey(mine, Authenticator())
    told = OneTimeCode.objects.filter(purpose="passkey").order_by("id")
    assert [(one.way, one.address, one.state) for one in told] == [
        ("sms", PHONE, "waiting"),
        ("email", "lin@example.org", "waiting"),
    ]
    for _ in range(MOST_WORDS):
        make_passkey(mine, Authenticator())
    assert told.all().count() == 2 * MOST_WORDS


def test_what_knows_no_password_ends_with_the_old_one(world, reader, client) -> None:
    patron, mine = reader
    make_passkey(mine, Authenticator())
    user = WechatUser(app_id="wx1", openid="o-1", unionid="")
    bind([patron.account_id], user, now=world.now)
    mine.post("/northfield/my/calendar")
    lasting = (Passkey, WechatIdentity, CalendarFeed)
    assert [model.objects.count() for model in lasting] == [1, 1, 1]

    forgot(client)
    assert 'name="ends" class="checkbox mt-0.5" checked' in text_of(
        client.get(f"{HERE}/forgotten/new")
    )
    client.post(f"{HERE}/forgotten/new", NEW)
    assert [model.objects.count() for model in lasting] == [1, 1, 1]

    later = world.now + timedelta(minutes=5)
    OneTimeCode.objects.update(created_at=later - timedelta(hours=2))
    forgot(client)
    answer = client.post(f"{HERE}/forgotten/new", NEW | {"ends": "on"}, follow=True)
    assert "也已停用" in text_of(answer)
    assert [model.objects.count() for model in lasting] == [0, 0, 0]

    OneTimeCode.objects.update(created_at=later - timedelta(hours=2))
    forgot(client)
    assert 'name="ends"' not in text_of(client.get(f"{HERE}/forgotten/new"))
