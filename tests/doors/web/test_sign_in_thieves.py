"""What whoever knows a browser, a number or a colleague's habits must not get by signing in."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from jieyue.accounts.models import Account, Passkey, SignIn
from jieyue.kit import clock
from jieyue.libraries.models import Gateway, Staff
from jieyue.notices.channels.subscriptions import subscribe_device
from jieyue.notices.models import PushSubscription
from jieyue.patrons.models import OneTimeCode, Patron
from tests.authenticator import Authenticator
from tests.doors.conftest import signed_in
from tests.doors.web.test_account_page import (
    HERE,
    LOANS,
    ME,
    PHONE,
    SECURE,
    forgot,
    make_passkey,
    passkey_answer,
    with_passkey,
)
from tests.doors.web.test_sign_in_codes import phone, text_of
from tests.servers.push import PushService
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """A library that sends codes by SMS."""
    Gateway.objects.create(library_id=world.library.pk, kind="sms", provider="test")
    return world


@pytest.fixture
def reader(world: World, reader_client):
    """A reader with a phone number, and a browser they are signed in with."""
    patron = world.patron(**phone())
    return patron, reader_client(patron)


def test_a_code_opens_no_desk_to_a_colleague_who_comes_back(client, world: World) -> None:
    """Whoever may change a reader's number could wait, signed in as them, until they return."""
    world.patron("陈静", account_id=world.staff.account_id, **phone())
    Staff.objects.filter(pk=world.staff.pk).update(is_active=False)
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    assert client.get(LOANS).status_code == 200
    assert client.post(f"{ME}/passkeys/challenge", **SECURE).status_code == 403
    OneTimeCode.objects.all().delete()
    assert forgot(Client()).status_code == 422

    Staff.objects.filter(pk=world.staff.pk).update(is_active=True)
    assert client.get("/northfield/staff/desk/").status_code == 404
    assert signed_in(Account.objects.get(pk=world.staff.account_id)).get(
        "/northfield/staff/desk/"
    ).status_code == 200  # fmt: skip


def test_a_proof_belongs_to_a_browser_nobody_knew_before(world: World, reader, client) -> None:
    """Whoever noted, or planted, the cookie of a shared computer would go on in the middle."""
    world.patron("小宝", **phone())
    client.get(HERE)
    for there, proof in (("codes", "code"), ("forgotten", "forgotten/code")):
        OneTimeCode.objects.all().delete()
        client.post(f"{HERE}/{there}", {"way": "sms", "address": PHONE})
        before = client.session.session_key
        client.post(f"{HERE}/{proof}", {"digits": OneTimeCode.objects.get().code})
        assert client.session.session_key != before
        thief = Client()
        thief.cookies["jieyue"] = before
        assert "pending_readers" not in thief.session
        assert "reset_readers" not in thief.session


def test_the_token_of_forms_is_new_once_one_is_signed_in(world: World, reader) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(HERE)
    before = client.cookies["csrftoken"].value
    client.post(HERE, {"name": PHONE, "password": "secret words", "csrfmiddlewaretoken": before})
    assert client.get(LOANS).status_code == 200
    assert client.cookies["csrftoken"].value != before


def test_what_was_fetched_meanwhile_brings_no_old_token_back(world: World, reader) -> None:
    client = Client(enforce_csrf_checks=True)
    assert "csrftoken" not in client.get(f"/{world.slug}/offline").cookies
    assert "csrftoken" in client.get(HERE).cookies
    assert "csrftoken" not in client.get(f"/{world.slug}/").cookies


def test_a_phone_that_signed_in_before_is_not_kept_waiting_by_strangers(world: World) -> None:
    world.patron(**phone())
    mine, number = Client(), {"way": "sms", "address": PHONE}
    mine.post(f"{HERE}/codes", number)
    mine.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    cookie = mine.cookies["jieyue_known"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/northfield/")
    assert PHONE not in cookie.value
    mine.post("/sign-out")
    OneTimeCode.objects.all().delete()

    assert Client().post(f"{HERE}/codes", number).status_code == 303
    assert Client().post(f"{HERE}/codes", number).status_code == 422
    another = Client()
    another.cookies["jieyue_known"] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")
    assert another.post(f"{HERE}/codes", number).status_code == 422
    assert mine.post(f"{HERE}/codes", number).headers["Location"] == f"{HERE}/code"
    assert mine.post(f"{HERE}/codes", number | {"address": "13912345678"}).status_code == 303


def test_a_shared_computer_is_not_remembered(world: World) -> None:
    world.patron(**phone())
    client = Client()
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE, "shared": "on"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    assert client.get(LOANS).status_code == 200
    assert "jieyue_known" not in client.cookies


def cut(text: str) -> str:
    """Leave out the end of what is base64url: `==` or not, it stays readable as far as it goes."""
    return text[: len(text) // 8 * 4]


@pytest.mark.parametrize("name", ["attestationObject", "clientDataJSON"])
@pytest.mark.parametrize("change", [cut, lambda _: "gYGB" * 4000, lambda _: "W1tb" * 4000])
def test_a_broken_passkey_is_refused_like_any_wrong_one(reader, name: str, change) -> None:
    _, mine = reader
    options = mine.post(f"{ME}/passkeys/challenge", **SECURE).json()
    answer = Authenticator().create(options, origin="https://localhost")
    answer["response"][name] = change(answer["response"][name])
    assert mine.post(f"{ME}/passkeys", {"answer": json.dumps(answer)}, **SECURE).status_code == 303
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("change", [lambda _: "", cut, lambda _: "W1tb" * 4000])
@pytest.mark.parametrize("name", ["authenticatorData", "clientDataJSON", "signature"])
def test_a_broken_answer_signs_nobody_in(reader, name: str, change) -> None:
    _, mine = reader
    key = Authenticator()
    make_passkey(mine, key)
    robot = Client()
    answer = passkey_answer(robot, key)
    answer["response"][name] = change(answer["response"][name])
    assert with_passkey(robot, answer).status_code == 422


@pytest.fixture
def pushed(world: World, reader, settings, tmp_path):
    """The reader, and somebody else, each with a phone that shows their messages."""
    settings.KEYS_DIR, settings.CHANNELS_ALLOW_PRIVATE = tmp_path, True
    other = world.patron("别人")
    with PushService() as service:
        for patron in (reader[0], other):
            phone_ = service.browser(patron.public_id)
            subscribe_device(
                world.desk(patron_id=patron.pk), endpoint=phone_.endpoint, p256dh=phone_.p256dh,
                auth=phone_.auth, device="chrome android",
            )  # fmt: skip
    assert PushSubscription.objects.count() == 2
    return other


def test_a_lost_phone_shows_no_messages_once_all_others_are_signed_out(reader, pushed) -> None:
    _, mine = reader
    answer = mine.post(f"{ME}/sessions/others/end", follow=True)
    assert "消息不再弹出" in text_of(answer)
    assert PushSubscription.objects.get().patron_id == pushed.pk


def test_a_password_set_anew_ends_messages_on_every_device(reader, pushed) -> None:
    client = Client()
    forgot(client)
    client.post(f"{HERE}/forgotten/new", {"new": "rice and apples", "again": "rice and apples"})
    assert PushSubscription.objects.get().patron_id == pushed.pk


def test_who_has_another_number_now_is_not_gone_on_as_by_the_old_ones_phone(world: World) -> None:
    """They moved out, or have a phone of their own: the family's must not open their card."""
    mother, son = (world.patron(name, **phone()) for name in ("妈妈", "小宝"))
    client = Client()
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    client.post(f"{HERE}/reader", {"reader": mother.public_id})
    assert "小宝" in text_of(client.get(f"{HERE}/change"))

    Patron.objects.filter(pk=son.pk).update(**phone("13912345678"))
    assert "小宝" not in text_of(client.get(f"{HERE}/change"))
    answer = client.post(f"{HERE}/change", {"reader": son.public_id})
    assert answer.headers["Location"] == f"{HERE}/change"
    assert "妈妈" in text_of(client.get("/northfield/me"))


def ends_with_the_browser(client: Client) -> bool:
    """Whether the next at a shared computer, once it was closed, is nobody."""
    assert client.get(LOANS).status_code == 200
    return client.session.get_expire_at_browser_close()


def test_a_second_code_leaves_a_shared_computer_shared(world: World, monkeypatch) -> None:
    world.patron(**phone())
    client = Client()
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE, "shared": "on"})
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)
    client.post(f"{HERE}/codes", {"way": "sms", "again": "1"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.latest("id").code})
    assert ends_with_the_browser(client)


def test_who_goes_back_and_says_that_others_use_it_too_is_heard(world: World) -> None:
    world.patron(**phone())
    client, given = Client(), {"way": "sms", "address": PHONE}
    client.post(f"{HERE}/codes", given)
    client.post(f"{HERE}/codes", given | {"shared": "on"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    assert ends_with_the_browser(client)


@pytest.mark.parametrize("shared", [True, False])
def test_a_password_set_anew_on_a_shared_computer_signs_in_until_it_is_closed(
    world: World, shared: bool
) -> None:
    world.patron(**phone())
    client, given = Client(), {"way": "sms", "address": PHONE}
    assert 'name="shared"' in text_of(client.get(f"{HERE}/forgotten"))
    client.post(f"{HERE}/forgotten", given | ({"shared": "on"} if shared else {}))
    client.post(f"{HERE}/forgotten/code", {"digits": OneTimeCode.objects.get().code})
    client.post(f"{HERE}/forgotten/new", {"new": "rice and apples", "again": "rice and apples"})
    assert ends_with_the_browser(client) is shared


@pytest.mark.parametrize("shared", ["on", ""])
def test_a_passkey_on_a_shared_computer_signs_in_until_it_is_closed(reader, shared: str) -> None:
    _, mine = reader
    key = Authenticator()
    make_passkey(mine, key)
    client = Client()
    with_passkey(client, passkey_answer(client, key), shared=shared)
    assert ends_with_the_browser(client) is bool(shared)


@pytest.mark.parametrize("shared", ["on", ""])
def test_who_walks_away_from_a_shared_computer_is_signed_out(
    world: World, monkeypatch, shared: str
) -> None:
    """Nobody closes the browser of a library's computer, and it keeps its tabs."""
    world.patron(**phone())
    client = Client()
    given = {"way": "sms", "address": PHONE} | ({"shared": shared} if shared else {})
    client.post(f"{HERE}/codes", given)
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    began = clock.now()

    def after(minutes: int, **headers: str) -> int:
        later = began + timedelta(minutes=minutes)
        monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)
        return client.get(LOANS, headers=headers).status_code

    assert [after(minutes) for minutes in (25, 50)] == [200, 200]
    assert after(75, **{"Jieyue-Live": "1"}) == 200  # a page that asks by itself is nobody
    assert after(85) == (303 if shared else 200)
    assert SignIn.objects.exists() is not bool(shared)
