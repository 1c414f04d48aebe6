"""Signing in with a one-time code: one page to the next, families, mail links, and what is told."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from jieyue.accounts.models import Account, SignIn
from jieyue.interfaces.worker.loop import keep_one_promise
from jieyue.kit import clock
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.patrons.models import OneTimeCode, Patron
from tests.servers.smtp import MailServer
from tests.world import World

HERE = "/northfield/sign-in"
LOANS = "/northfield/my/loans"
MAIL = "lin@example.org"
PHONE = "13812345678"


@pytest.fixture
def world(world: World) -> World:
    """A library that sends codes by SMS and by e-mail."""
    for kind in ("sms", "email"):
        Gateway.objects.create(library_id=world.library.pk, kind=kind, provider="test")
    return world


def phone(number: str = PHONE) -> dict[str, str]:
    return {"phone": number, "phone_hash": keyed_hash(number)}


def email(address: str = MAIL) -> dict[str, str]:
    return {"email": address, "email_hash": keyed_hash(address)}


def ask(client: Client, address: str = PHONE, way: str = "sms", **more):
    return client.post(f"{HERE}/codes", {"way": way, "address": address} | more)


def sent_digits() -> str:
    return OneTimeCode.objects.latest("id").code


def code_in(client: Client, **more):
    """Ask for a code and type it."""
    assert ask(client, **more).headers["Location"] == f"{HERE}/code"
    return client.post(f"{HERE}/code", {"digits": sent_digits()})


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_phone_comes_first_and_asks_for_digits_a_phone_offers_by_itself(client, world) -> None:
    page = text_of(client.get(HERE))
    assert 'autocomplete="tel-national"' in page
    assert client.get(f"{HERE}?by=email").content.count(b'type="email"') == 1
    ask(client)
    digits = text_of(client.get(f"{HERE}/code"))
    assert 'inputmode="numeric" autocomplete="one-time-code"' in digits
    assert "138****5678" in digits
    assert PHONE not in digits


def test_a_library_without_gateways_offers_a_password_only(client, world: World) -> None:
    Gateway.objects.all().delete()
    page = text_of(client.get(HERE))
    assert 'name="password"' in page
    assert "by=sms" not in page
    assert ask(client).status_code == 422
    assert not OneTimeCode.objects.exists()


def test_staff_begin_with_their_password(client, world: World) -> None:
    page = text_of(client.get(f"{HERE}?next=/northfield/staff/desk/"))
    assert 'name="password"' in page


def test_a_reader_without_a_password_signs_in_by_phone(client, world: World) -> None:
    patron = world.patron(**phone())
    answer = code_in(client, next="/northfield/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/northfield/me")
    assert client.get(LOANS).status_code == 200
    patron.refresh_from_db()
    account = Account.objects.get(pk=str(patron.account_id))
    assert not account.has_usable_password()
    assert SignIn.objects.get().how == "code"
    assert client.session.get_expiry_age() == 90 * 24 * 3600


def test_on_a_shared_computer_the_session_ends_with_the_browser(client, world: World) -> None:
    world.patron(**phone())
    code_in(client, shared="on")
    assert client.session.get_expire_at_browser_close()


def test_an_address_nobody_has_looks_the_same(client, world: World) -> None:
    world.patron(**phone("13912345678"))
    pages = []
    for number in ("13812345678", "13912345678"):
        browser = Client()
        asked = ask(browser, number)
        page = text_of(browser.get(f"{HERE}/code"))
        same = re.sub(r'\d+|value="\w{64}"|"X-CSRFToken": "\w+"', "", page)
        pages.append((asked.status_code, asked.headers["Location"], same))
    assert pages[0] == pages[1]


def test_wrong_digits_say_how_many_tries_are_left_and_then_it_is_over(client, world) -> None:
    world.patron(**phone())
    ask(client)
    wrong = f"{(int(sent_digits()) + 1) % 10**6:06d}"
    said = [client.post(f"{HERE}/code", {"digits": wrong}) for _ in range(5)]
    assert {answer.status_code for answer in said} == {422}
    lefts = [re.findall(r"还可以试 (\d) 次", text_of(answer)) for answer in said]
    assert lefts == [["4"], ["3"], ["2"], ["1"], []]
    assert "请重新获取" in text_of(said[-1])
    assert client.post(f"{HERE}/code", {"digits": sent_digits()}).status_code == 422
    assert "account" not in client.session


def test_sending_again_waits_a_minute_and_asks_for_no_number(client, world, monkeypatch) -> None:
    world.patron(**phone())
    ask(client)
    first = OneTimeCode.objects.get().public_id
    soon = client.post(f"{HERE}/codes", {"way": "sms", "again": "1"})
    assert soon.status_code == 303  # the first is still good: its page
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)
    client.post(f"{HERE}/codes", {"way": "sms", "again": "1"})
    assert OneTimeCode.objects.latest("id").public_id != first
    assert client.post(f"{HERE}/code", {"digits": sent_digits()}).headers["Location"] == LOANS


def test_a_double_click_sends_one_code_and_goes_on(client, world: World) -> None:
    answers = [ask(client) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"{HERE}/code"}
    assert OneTimeCode.objects.count() == 1


def test_a_family_chooses_and_changes_later_without_signing_in_again(client, world) -> None:
    mother, child = (world.patron(name, **phone()) for name in ("妈妈", "小宝"))
    stranger = world.patron("别人")
    page = code_in(client)
    assert "妈妈" in text_of(page)
    assert "小宝" in text_of(page)
    client.post(f"{HERE}/reader", {"reader": mother.public_id})
    assert client.session["patrons"] == {str(world.library.pk): mother.pk}

    listed = text_of(client.get(f"{HERE}/change"))
    assert "小宝" in listed
    assert "别人" not in listed
    before = client.session.session_key
    client.post(f"{HERE}/change", {"reader": child.public_id})
    assert client.session["patrons"] == {str(world.library.pk): child.pk}
    assert client.session.session_key != before
    assert client.get(LOANS).status_code == 200
    client.post(f"{HERE}/change", {"reader": stranger.public_id})
    assert client.session["patrons"] == {str(world.library.pk): child.pk}
    assert SignIn.objects.count() == 1


def test_a_new_password_of_one_ends_changing_to_them(client, world: World) -> None:
    mother, child = (world.patron(name, **phone()) for name in ("妈妈", "小宝"))
    code_in(client)
    client.post(f"{HERE}/reader", {"reader": mother.public_id})
    account = Account.objects.get(pk=Patron.objects.get(pk=child.pk).account_id)
    account.set_password("somebody else knows")
    account.save()
    client.post(f"{HERE}/change", {"reader": child.public_id})
    assert client.session["patrons"] == {str(world.library.pk): mother.pk}


def test_a_code_makes_nobody_staff(client, world: World) -> None:
    """Whoever may change a reader's phone number could become the owner otherwise."""
    world.patron("陈静", account_id=world.staff.account_id, **phone())
    answer = code_in(client)
    assert answer.status_code == 422
    assert "密码" in text_of(answer)
    assert "account" not in client.session


def test_a_code_of_one_library_opens_no_other(client, world: World) -> None:
    patron = world.patron(**phone())
    code_in(client)
    patron.refresh_from_db()
    other = World(slug="elsewhere")
    Patron.across_libraries.create(
        library=other.library, public_id="THERE", name="林", account_id=patron.account_id,
        category=other.category, branch=other.branch, created_at=other.now,
    )  # fmt: skip
    assert client.get("/elsewhere/my/loans").status_code == 303
    assert client.get(LOANS).status_code == 200


def test_the_code_comes_by_mail_with_a_link_that_asks_first(client, world, settings) -> None:
    settings.CHANNELS_ALLOW_PRIVATE = True
    world.patron(**email())
    with MailServer() as server:
        Gateway.objects.filter(kind="email").delete()
        row = Gateway(library_id=world.library.pk, kind="email", provider="smtp")
        row.settings = json.dumps(server.settings)
        row.save()
        ask(client, MAIL, "email")
        digits = sent_digits()
        while keep_one_promise():
            pass
    [mail] = server.mails
    assert mail.recipients == [MAIL]
    assert digits in mail.text
    assert digits in mail.letter["Subject"]
    row = OneTimeCode.objects.get()
    assert (row.state, row.code) == ("sent", "")

    [link] = re.findall(r"http://testserver(/\S+)", mail.text)
    elsewhere = Client()
    opened = elsewhere.get(link)
    assert "l***@example.org" in text_of(opened)
    assert "account" not in elsewhere.session
    code = link.partition("code=")[2]
    assert elsewhere.post(f"{HERE}/link", {"code": code}).headers["Location"] == LOANS
    assert elsewhere.get(LOANS).status_code == 200
    assert client.get(link).status_code == 410


def test_nobody_is_sent_a_code_who_is_no_reader(client, world: World) -> None:
    ask(client, MAIL, "email")
    while keep_one_promise():
        pass
    assert OneTimeCode.objects.get().state == "unknown"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/northfield/staff/desk/"]
)
def test_next_never_leads_elsewhere(client, world: World, back) -> None:
    world.patron(**phone())
    assert code_in(client, next=back).headers["Location"] == LOANS


@pytest.mark.parametrize("path", ["codes", "code", "link", "reader", "passkey", "forgotten"])
def test_forms_need_their_token(world: World, path) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{HERE}/{path}", {"digits": "1"}).status_code == 403
