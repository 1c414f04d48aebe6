"""Signing in with WeChat, through the real protocol against a server that speaks it."""

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from django.test import Client

from jieyue.accounts.models import WechatIdentity
from jieyue.accounts.wechat import WechatApp, WechatTrouble, openids_of, user_of_mini_program
from jieyue.libraries.models import Gateway
from jieyue.patrons.models import OneTimeCode, Patron
from tests.doors.web.test_sign_in_codes import phone, text_of
from tests.servers.web import Answer
from tests.servers.wechat import APP_ID, SECRET, SITE_ID, Person, WechatServer
from tests.world import World

HERE = "/northfield/sign-in"
LOANS = "/northfield/my/loans"
WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"}


@pytest.fixture
def wechat(world: World, settings) -> Iterator[WechatServer]:
    """WeChat, and a library that uses it and sends codes by SMS."""
    settings.CHANNELS_ALLOW_PRIVATE = True
    with WechatServer() as server:
        for kind, given in (("wechat", server.settings), ("sms", {})):
            Gateway.objects.create(
                library_id=world.library.pk, kind=kind, provider="test", settings=json.dumps(given)
            )
        yield server


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def way_back(address: str) -> str:
    """Ask WeChat as a browser does; return the address of ours it leads back to."""
    try:
        build_opener(_Stay).open(address.partition("#")[0])
    except HTTPError as redirect:  # its word for 302 that is not followed
        found = urlsplit(redirect.headers["Location"])
        return f"{found.path}?{found.query}"
    raise AssertionError("WeChat did not agree")


def through(client: Client, headers=WECHAT, query: str = ""):
    """Go to WeChat and come back; return our answer."""
    there = client.get(f"{HERE}/wechat{query}", headers=headers)
    assert there.status_code == 303
    return client.get(way_back(there.headers["Location"]), headers=headers)


def bound(world: World, client: Client, **more):
    """Tie a reader to WeChat by signing in with a code the first time."""
    patron = world.patron(**phone())
    assert "登录" in text_of(through(client, **more))
    client.post(f"{HERE}/codes", {"way": "sms", "address": "13812345678"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.latest("id").code})
    patron.refresh_from_db()
    return patron


def test_the_first_time_one_proves_who_one_is_and_then_wechat_does(world, wechat, client) -> None:
    patron = bound(world, client)
    identity = WechatIdentity.objects.get()
    openid = wechat.person.openid(APP_ID)
    assert (identity.account_id, identity.openid) == (patron.account_id, openid)
    assert openids_of([patron.account_id], APP_ID) == {patron.account_id: openid}

    later = Client()
    answer = through(later, query="?next=/northfield/me")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/northfield/me")
    assert later.get(LOANS).status_code == 200


def test_a_computer_shows_a_qr_code_and_knows_the_person_by_unionid(world, wechat, client) -> None:
    wechat.person.unionid = "oUnion123"
    Gateway.objects.filter(kind="wechat").delete()
    given = wechat.settings | {"scope": "snsapi_userinfo"}
    Gateway.objects.create(
        library_id=world.library.pk, kind="wechat", provider="test", settings=json.dumps(given)
    )
    bound(world, client)
    computer = Client()
    there = computer.get(f"{HERE}/wechat")
    address = urlsplit(there.headers["Location"])
    assert address.path == "/connect/qrconnect"
    asked = parse_qs(address.query)
    assert (asked["appid"], asked["scope"]) == ([SITE_ID], ["snsapi_login"])
    answer = computer.get(way_back(there.headers["Location"]))
    assert answer.headers["Location"] == LOANS
    assert computer.session.get_expire_at_browser_close()  # nothing says whose computer it is


def test_a_family_is_bound_together_and_chooses(world: World, wechat, client) -> None:
    for name in ("妈妈", "小宝"):
        world.patron(name, **phone())
    through(client)
    client.post(f"{HERE}/codes", {"way": "sms", "address": "13812345678"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    mother = Patron.objects.get(name="妈妈")
    client.post(f"{HERE}/reader", {"reader": mother.public_id})
    page = text_of(through(Client()))
    assert "妈妈" in page
    assert "小宝" in page


def test_the_state_belongs_to_one_browser_and_one_try(world: World, wechat, client) -> None:
    bound(world, client)
    mine, theirs = Client(), Client()
    there = mine.get(f"{HERE}/wechat", headers=WECHAT).headers["Location"]
    theirs.get(f"{HERE}/wechat", headers=WECHAT)
    back = way_back(there)
    assert theirs.get(back, headers=WECHAT).status_code == 422
    assert mine.get(back, headers=WECHAT).status_code == 303
    mine.post("/sign-out")
    assert mine.get(back, headers=WECHAT).status_code == 422
    assert mine.get(f"{HERE}/wechat/back").status_code == 422


def test_a_code_used_before_is_refused(world: World, wechat, client) -> None:
    bound(world, client)
    used = parse_qs(urlsplit(way_back(client.get(
        f"{HERE}/wechat", headers=WECHAT).headers["Location"])).query)  # fmt: skip
    other = Client()
    for client_ in (client, other):
        there = client_.get(f"{HERE}/wechat", headers=WECHAT).headers["Location"]
        state = parse_qs(urlsplit(way_back(there)).query)["state"][0]
        answer = client_.get(
            f"{HERE}/wechat/back?code={used['code'][0]}&state={state}", headers=WECHAT
        )
    assert answer.status_code == 422
    assert "用过" in text_of(answer)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Answer(200, {"errcode": 40029, "errmsg": "invalid code"}), "用过"),
        (Answer(200, {"errcode": 45011, "errmsg": "api minute-quota reach limit"}), "没有回应"),
        (Answer(200, {"errcode": -1, "errmsg": "system error"}), "没有回应"),
        (Answer(200, {"errcode": 40013, "errmsg": "invalid appid"}), "设置"),
        (Answer(200, {"errcode": 40226, "errmsg": "code blocked"}), "安全"),
        (Answer(200, {"errcode": "x"}), "设置"),
        (Answer(200, b"<html>"), "没有回应"),
        (Answer(200, b"[]"), "没有回应"),
        (Answer(200, {"scope": 7}), "没有回应"),
        (Answer(502, b""), "没有回应"),
    ],
)
def test_trouble_is_said_in_words_and_another_way_is_offered(
    world, wechat, client, said, words
) -> None:
    there = client.get(f"{HERE}/wechat", headers=WECHAT).headers["Location"]
    back = way_back(there)
    wechat.says.append(said)
    answer = client.get(back, headers=WECHAT)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'name="address"' in text_of(answer)


def test_wechats_preview_signs_nobody_in(world: World, wechat, client) -> None:
    wechat.person = Person(is_snapshot=True)
    assert "预览" in text_of(through(client))
    assert not WechatIdentity.objects.exists()


def test_who_does_not_agree_is_told_the_other_ways(world: World, wechat, client) -> None:
    there = client.get(f"{HERE}/wechat", headers=WECHAT).headers["Location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    assert client.get(f"{HERE}/wechat/back?state={state}").status_code == 422


def test_a_wrong_secret_is_the_librarys_to_mend_and_stands_in_no_log(
    world, wechat, client, caplog
) -> None:
    wechat.apps[APP_ID] = "another"
    caplog.set_level("DEBUG")
    assert "设置" in text_of(through(client))
    assert SECRET not in caplog.text


def test_staff_are_not_signed_in_by_wechat(world: World, wechat, client) -> None:
    patron = bound(world, client)
    WechatIdentity.objects.update(account_id=world.staff.account_id)
    Patron.objects.filter(pk=patron.pk).update(account_id=world.staff.account_id)
    later = Client()
    through(later)
    assert "account" not in later.session


def test_a_phone_shown_to_a_shared_computer_is_not_tied_to_who_signs_in_next(
    world: World, wechat, client
) -> None:
    world.patron(**phone())
    assert "登录与安全" in text_of(through(client, headers={}))
    client.post(f"{HERE}/codes", {"way": "sms", "address": "13812345678"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    assert client.get(LOANS).status_code == 200
    assert not WechatIdentity.objects.exists()


def test_a_code_ties_no_wechat_to_a_login_of_another_library(
    world: World, wechat, client, reader_client
) -> None:
    """Whoever may change a reader's number here could open their pages there otherwise."""
    patron = world.patron(**phone())
    reader_client(patron)
    patron.refresh_from_db()
    other = World(slug="elsewhere")
    Patron.across_libraries.create(
        library=other.library, public_id="THERE", name="林", account_id=patron.account_id,
        category=other.category, branch=other.branch, created_at=other.now,
    )  # fmt: skip
    through(client)
    client.post(f"{HERE}/codes", {"way": "sms", "address": "13812345678"})
    client.post(f"{HERE}/code", {"digits": OneTimeCode.objects.get().code})
    assert client.get(LOANS).status_code == 200
    assert not WechatIdentity.objects.exists()


def test_one_ties_and_unties_ones_own(world: World, wechat, reader_client) -> None:
    patron = world.patron()
    mine, stranger = reader_client(patron), reader_client(world.patron("别人"))
    assert through(mine, query="?bind=1").headers["Location"] == "/northfield/account"
    row = WechatIdentity.objects.get()
    assert row.account_id == patron.account_id
    path = f"/northfield/account/wechat/{row.public_id}/remove"
    assert stranger.post(path).status_code == 404
    through(mine, query="?bind=1")
    assert WechatIdentity.objects.count() == 1
    mine.post(path)
    assert not WechatIdentity.objects.exists()


def test_without_a_website_app_a_computer_is_not_offered_wechat(world, wechat, client) -> None:
    Gateway.objects.filter(kind="wechat").update(
        settings=json.dumps({"app_id": APP_ID, "app_secret": SECRET})
    )
    assert "微信登录" not in text_of(client.get(HERE))
    assert "微信登录" in text_of(client.get(HERE, headers=WECHAT))
    assert client.get(f"{HERE}/wechat").status_code == 422


def test_nothing_readable_of_a_wechat_is_kept(world: World, wechat, client) -> None:
    from django.db import connection

    openid = wechat.person.openid(APP_ID)
    through(client)
    assert openid not in json.dumps(dict(client.session.items()))
    bound(world, Client())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_wechatidentity")
        assert openid not in repr(cursor.fetchall())


def test_a_mini_program_learns_who_it_is_once(wechat) -> None:
    app = WechatApp(app_id=APP_ID, secret=SECRET, base_url=wechat.url, allow_private=True)
    code = wechat.js_code()
    assert user_of_mini_program(app, code).openid == wechat.person.openid(APP_ID)
    assert user_of_mini_program(app, code) == WechatTrouble(kind="code", number="40163")
    assert user_of_mini_program(app, "") == WechatTrouble(kind="code", number="41008")
