"""One's own account: sessions, passkeys, phone and e-mail, a lost card, a forgotten password."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from jieyue.accounts.models import Account, Passkey, SignIn
from jieyue.accounts.passkeys import MOST
from jieyue.kit import clock
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Gateway
from jieyue.patrons.models import Card, OneTimeCode, Patron
from tests.authenticator import Authenticator
from tests.doors.conftest import signed_in
from tests.doors.web.test_sign_in_codes import phone, text_of
from tests.world import World

ME = "/northfield/account"
HERE = "/northfield/sign-in"
LOANS = "/northfield/my/loans"
PHONE = "13812345678"
SECURE = {"secure": True, "HTTP_HOST": "localhost"}


@pytest.fixture
def world(world: World) -> World:
    """A library that sends codes by SMS and by e-mail."""
    for kind in ("sms", "email"):
        Gateway.objects.create(library_id=world.library.pk, kind=kind, provider="test")
    return world


@pytest.fixture
def reader(world: World, reader_client):
    """A reader with a phone number, and a browser they are signed in with."""
    patron = world.patron(**phone())
    return patron, reader_client(patron)


def again(patron, world: World) -> Client:
    """Sign the reader in with another browser."""
    account = Account.objects.get(pk=patron.account_id)
    return signed_in(account, patron=(world.library.pk, patron.pk))


# --- Sessions -----------------------------------------------------------------------------------


def test_every_browser_is_listed_with_what_it_is_and_roughly_where(world, client) -> None:
    patron = world.patron(**phone())
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE})
    agent = "Mozilla/5.0 (Linux; HarmonyOS; Phone) AppleWebKit/537.36 Chrome/114 HuaweiBrowser/16"
    answer = client.post(
        f"{HERE}/code", {"digits": OneTimeCode.objects.get().code},
        headers={"User-Agent": agent}, REMOTE_ADDR="203.0.113.77",
    )  # fmt: skip
    assert answer.status_code == 303
    patron.refresh_from_db()
    page = text_of(client.get(ME))
    assert "华为浏览器" in page
    assert "鸿蒙手机或平板" in page
    assert "203.0.113.*" in page
    assert "203.0.113.77" not in page
    assert "本设备" in page


def test_another_session_ends_at_once(world: World, reader) -> None:
    patron, mine = reader
    other = again(patron, world)
    assert other.get(LOANS).status_code == 200
    theirs = SignIn.objects.get(public_id=other.session["sign_in"])
    assert mine.post(f"{ME}/sessions/{theirs.public_id}/end").status_code == 303
    assert other.get(LOANS).status_code == 303
    assert "account" not in other.session
    assert mine.get(LOANS).status_code == 200


def test_all_others_end_and_this_one_stays(world: World, reader) -> None:
    patron, mine = reader
    others = [again(patron, world) for _ in range(2)]
    answer = mine.post(f"{ME}/sessions/others/end", follow=True)
    assert "已让另外 2 台设备退出登录" in text_of(answer)
    assert {one.get(LOANS).status_code for one in others} == {303}
    assert mine.get(LOANS).status_code == 200


def test_nobody_ends_a_strangers_session(world: World, reader, reader_client) -> None:
    _, mine = reader
    stranger = reader_client(world.patron("别人"))
    theirs = SignIn.objects.get(public_id=stranger.session["sign_in"])
    assert mine.post(f"{ME}/sessions/{theirs.public_id}/end").status_code == 404
    assert stranger.get(LOANS).status_code == 200


def test_staff_see_and_end_theirs_too(world: World, staff_client) -> None:
    account = Account.objects.get(pk=world.staff.account_id)
    other = signed_in(account)
    assert staff_client.get(ME).status_code == 200
    staff_client.post(f"{ME}/sessions/others/end")
    assert other.get("/northfield/staff/desk/").status_code == 303
    assert staff_client.get("/northfield/staff/desk/").status_code == 200


def test_signing_out_takes_the_browser_off_the_list(world: World, reader) -> None:
    _, mine = reader
    mine.post("/sign-out")
    assert not SignIn.objects.exists()


def test_use_is_noted_every_ten_minutes(world: World, reader, monkeypatch) -> None:
    _, mine = reader
    [row] = SignIn.objects.all()
    for minutes, is_noted in ((9, False), (11, True)):
        later = row.created_at + timedelta(minutes=minutes)
        monkeypatch.setattr("jieyue.kit.clock.now", lambda later=later: later)
        mine.get(LOANS)
        assert (SignIn.objects.get().last_used_at == later) is is_noted


def test_a_new_password_ends_every_other_session(world: World, reader) -> None:
    patron, mine = reader
    other = again(patron, world)
    words = {"old": "secret words", "new": "rice and apples", "again": "rice and apples"}
    assert mine.post("/northfield/password", words).status_code == 200
    assert other.get(LOANS).status_code == 303
    assert mine.get(LOANS).status_code == 200
    assert SignIn.objects.count() == 1


def test_the_page_needs_signing_in(client, world: World) -> None:
    assert client.get(ME).status_code == 303


# --- Passkeys -----------------------------------------------------------------------------------


def make_passkey(client: Client, key: Authenticator, **more):
    options = client.post(f"{ME}/passkeys/challenge", **SECURE).json()
    answer = key.create(options, origin="https://localhost")
    return client.post(f"{ME}/passkeys", {"answer": json.dumps(answer)} | more, **SECURE)


def passkey_answer(client: Client, key: Authenticator, **changes):
    options = client.post(f"{HERE}/passkey/challenge", **SECURE).json()
    return key.get(options, **({"origin": "https://localhost"} | changes))


def with_passkey(client: Client, answer, **more):
    return client.post(f"{HERE}/passkey", {"answer": json.dumps(answer)} | more, **SECURE)


def test_a_passkey_is_made_named_used_and_removed(world: World, reader) -> None:
    patron, mine = reader
    key = Authenticator()
    make_passkey(mine, key, name="  我的  手机 ")
    row = Passkey.objects.get()
    assert (row.name, row.host, row.account_id) == ("我的 手机", "localhost", patron.account_id)

    browser = Client()
    answer = with_passkey(browser, passkey_answer(browser, key))
    assert (answer.status_code, answer.headers["Location"]) == (303, LOANS)
    assert browser.get(LOANS).status_code == 200
    assert SignIn.objects.get(public_id=browser.session["sign_in"]).how == "passkey"

    mine.post(f"{ME}/passkeys/{row.public_id}/name", {"name": "旧手机"})
    assert "旧手机" in text_of(mine.get(ME))
    mine.post(f"{ME}/passkeys/{row.public_id}/remove")
    third = Client()
    assert with_passkey(third, passkey_answer(third, key)).status_code == 422


def test_staff_sign_in_with_theirs(world: World, staff_client, client) -> None:
    key = Authenticator()
    make_passkey(staff_client, key)
    answer = with_passkey(client, passkey_answer(client, key))
    assert answer.headers["Location"] == "/northfield/staff/desk/"


def test_an_answer_is_good_once_and_for_its_own_browser(world: World, reader, client) -> None:
    _, mine = reader
    key = Authenticator()
    make_passkey(mine, key)
    answer = passkey_answer(client, key)
    assert with_passkey(Client(), answer).status_code == 422  # somebody who overheard it
    assert with_passkey(client, answer).status_code == 303
    assert with_passkey(client, answer).status_code == 422


@pytest.mark.parametrize(
    "changes",
    [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"verified": False}],
)
def test_another_sites_answer_signs_nobody_in(world: World, reader, client, changes) -> None:
    _, mine = reader
    key = Authenticator()
    make_passkey(mine, key)
    assert with_passkey(client, passkey_answer(client, key, **changes)).status_code == 422


def test_a_copied_key_is_noticed_by_its_counter(world: World, reader, client) -> None:
    _, mine = reader
    key = Authenticator(count=5)
    make_passkey(mine, key)
    key.count = 7
    assert with_passkey(client, passkey_answer(client, key)).status_code == 303
    key.count = 6
    assert with_passkey(Client(), passkey_answer(client, key)).status_code == 422


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "{", '{"id":"a","rawId":"b"}', "9" * 30_000]
)
def test_nonsense_signs_nobody_in_and_makes_nothing(world, reader, client, answer) -> None:
    _, mine = reader
    client.post(f"{HERE}/passkey/challenge", **SECURE)
    mine.post(f"{ME}/passkeys/challenge", **SECURE)
    assert client.post(f"{HERE}/passkey", {"answer": answer}, **SECURE).status_code == 422
    mine.post(f"{ME}/passkeys", {"answer": answer}, **SECURE)
    assert not Passkey.objects.exists()


def test_nobody_touches_a_strangers_passkey(world: World, reader, reader_client) -> None:
    _, mine = reader
    make_passkey(mine, Authenticator())
    stranger = reader_client(world.patron("别人"))
    row = Passkey.objects.get()
    for what in ("name", "remove"):
        path = f"{ME}/passkeys/{row.public_id}/{what}"
        assert stranger.post(path, {"name": "x"}).status_code == 404
    assert Passkey.objects.get().name == row.name


def test_the_same_key_twice_and_the_twenty_first_are_refused(world: World, reader) -> None:
    _, mine = reader
    for _ in range(MOST + 1):
        make_passkey(mine, Authenticator())
    assert Passkey.objects.count() == MOST


@pytest.mark.parametrize(
    ("host", "secure", "words"),
    [
        ("127.0.0.1", False, "域名"),
        ("testserver", False, "https"),
        ("localhost", False, "创建通行密钥"),
    ],
)
def test_where_a_browser_makes_none_the_page_says_what_it_needs(
    world: World, reader, host, secure, words
) -> None:
    _, mine = reader
    page = text_of(mine.get(ME, HTTP_HOST=host, secure=secure))
    assert words in page
    assert ("data-new-passkey" in page) is (host == "localhost")


def test_a_code_adds_no_lasting_key_to_a_login_of_another_library(client, world: World) -> None:
    patron = world.patron(**phone())
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    patron.refresh_from_db()
    other = World(slug="elsewhere")
    Patron.across_libraries.create(
        library=other.library, public_id="THERE", name="林", account_id=patron.account_id,
        category=other.category, branch=other.branch, created_at=other.now,
    )  # fmt: skip
    assert client.post(f"{ME}/passkeys/challenge", **SECURE).status_code == 403


# --- The card, the phone number, the password ---------------------------------------------------


def test_a_lost_card_is_stopped_by_its_reader(world: World, reader) -> None:
    patron, mine = reader
    answer = mine.post(f"{ME}/card/lost", follow=True)
    assert "借阅卡已挂失" in text_of(answer)
    assert Card.objects.get(patron=patron).lost_at is not None
    assert "请带身份证到服务台补办" in text_of(mine.get(ME))
    Card.objects.filter(patron=patron).update(ended_at=world.now)
    mine.post(f"{ME}/card/lost")
    assert "现在没有借阅卡" in text_of(mine.get(ME))


def test_a_new_number_is_proved_and_the_old_one_is_told(world: World, reader) -> None:
    patron, mine = reader
    mine.post(f"{ME}/contact", {"way": "sms", "address": "139 8765 4321"})
    assert Patron.objects.get(pk=patron.pk).phone == PHONE
    digits = OneTimeCode.objects.get().code
    answer = mine.post(f"{ME}/contact/code", {"digits": digits})
    assert answer.headers["Location"] == ME
    changed = Patron.objects.get(pk=patron.pk)
    assert (changed.phone, changed.phone_hash) == ("13987654321", keyed_hash("13987654321"))
    told = OneTimeCode.objects.get(purpose="changed")
    assert (told.address, told.state, told.code) == (PHONE, "waiting", "")


def test_a_first_e_mail_address_has_no_old_one_to_tell(world: World, reader) -> None:
    patron, mine = reader
    mine.post(f"{ME}/contact", {"way": "email", "address": "Lin@Example.org"})
    first = {"digits": OneTimeCode.objects.get().code}
    told = text_of(mine.post(f"{ME}/contact/code", first, follow=True))
    assert ("已记下" in told, "原来的" in told) == (True, False)
    assert Patron.objects.get(pk=patron.pk).email == "lin@example.org"
    assert not OneTimeCode.objects.filter(purpose="changed").exists()


def test_a_number_abroad_is_refused_with_whose_are_taken(world: World, reader) -> None:
    _, mine = reader
    answer = mine.post(f"{ME}/contact", {"way": "sms", "address": "+1 900 555 0100"})
    assert answer.status_code == 422
    assert "只向 +86 的手机号发送" in text_of(answer)


def test_a_code_to_sign_in_changes_no_address(world: World, reader) -> None:
    patron, mine = reader
    mine.post(f"{HERE}/codes", {"way": "sms", "address": "13900000000"})
    mine.post(f"{ME}/contact/code", {"digits": OneTimeCode.objects.get().code})
    assert Patron.objects.get(pk=patron.pk).phone == PHONE


def forgot(client: Client, **more):
    client.post(f"{HERE}/forgotten", {"way": "sms", "address": PHONE})
    return client.post(f"{HERE}/forgotten/code", {"digits": OneTimeCode.objects.latest("id").code})


NEW = {"new": "rice and apples", "again": "rice and apples"}


def test_a_forgotten_password_is_set_anew_and_ends_every_session(world, reader, client) -> None:
    patron, mine = reader
    assert forgot(client).headers["Location"] == f"{HERE}/forgotten/new"
    short = client.post(f"{HERE}/forgotten/new", {"new": "abc", "again": "abd"})
    assert short.status_code == 422
    answer = client.post(f"{HERE}/forgotten/new", NEW)
    assert answer.headers["Location"] == LOANS
    assert mine.get(LOANS).status_code == 303
    assert client.get(LOANS).status_code == 200
    account = Account.objects.get(pk=patron.account_id)
    assert account.check_password("rice and apples")
    again_ = client.post(f"{HERE}/forgotten/new", NEW)
    assert again_.headers["Location"] == f"{HERE}/forgotten"


def test_of_a_family_one_password_is_set(world: World, reader, client) -> None:
    patron, _ = reader
    child = world.patron("小宝", **phone())
    forgot(client)
    assert client.post(f"{HERE}/forgotten/new", NEW).status_code == 422
    client.post(f"{HERE}/forgotten/new", NEW | {"reader": child.public_id})
    assert Account.objects.get(pk=Patron.objects.get(pk=child.pk).account_id).check_password(
        "rice and apples"
    )
    assert Account.objects.get(pk=patron.account_id).check_password("secret words")


def test_staff_and_logins_of_other_libraries_are_not_reset_by_a_code(world, reader, client) -> None:
    patron, _ = reader
    Patron.objects.filter(pk=patron.pk).update(account_id=world.staff.account_id)
    assert forgot(client).status_code == 422
    assert client.get(f"{HERE}/forgotten/new").status_code == 303


def test_where_nothing_is_sent_the_desk_is_named(client, world: World) -> None:
    Gateway.objects.all().delete()
    page = text_of(client.get(f"{HERE}/forgotten"))
    assert "请到服务台" in page
    assert 'name="address"' not in page
    assert client.post(f"{HERE}/forgotten", {"way": "sms", "address": PHONE}).status_code == 200


def test_a_proof_left_lying_is_over(world: World, reader, client, monkeypatch) -> None:
    forgot(client)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)
    assert client.post(f"{HERE}/forgotten/new", NEW).headers["Location"] == f"{HERE}/forgotten"


def test_who_came_in_by_a_code_chooses_a_first_password_by_one(client, world: World) -> None:
    world.patron(**phone())
    client.post(f"{HERE}/codes", {"way": "sms", "address": PHONE})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    assert "设置密码" in text_of(client.get(ME))
    answer = client.get("/northfield/password")
    assert answer.headers["Location"] == f"{HERE}/forgotten"
