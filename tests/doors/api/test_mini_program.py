"""`/mini-program/sign-ins`: who a WeChat mini program has before it."""

import json
from collections.abc import Iterator

import pytest

from jieyue.accounts.models import Account
from jieyue.accounts.wechat import WechatUser, bind
from jieyue.libraries.models import Gateway
from jieyue.libraries.rules.permissions import Permission
from tests.doors.api.program import program
from tests.servers.wechat import APP_ID, SECRET, WechatServer
from tests.world import World

PATH = "mini-program/sign-ins"


@pytest.fixture
def wechat(world: World, settings) -> Iterator[WechatServer]:
    settings.CHANNELS_ALLOW_PRIVATE = True
    with WechatServer() as server:
        given = {"mini_app_id": APP_ID, "mini_app_secret": SECRET, "base_url": server.url}
        Gateway.objects.create(
            library_id=world.library.pk, kind="wechat", provider="x", settings=json.dumps(given)
        )
        yield server


def test_it_answers_with_the_readers_tied_to_a_wechat(world: World, wechat) -> None:
    account = Account.objects.create(name="林", created_at=world.now)
    patron = world.patron(account=account, group_name="三年级2班")
    mine = program(world, {Permission.PATRON_VIEW})
    nobody = mine.post(PATH, {"js_code": wechat.js_code()})
    assert (nobody.status_code, nobody.json()) == (200, {"type": "wechat_readers", "readers": []})

    user = WechatUser(app_id=APP_ID, openid=wechat.person.openid(APP_ID))
    bind([account.pk, world.staff.account_id], user, now=world.now)
    code = wechat.js_code()
    found = mine.post(PATH, {"js_code": code})
    reader = {"public_id": patron.public_id, "name": patron.name, "group_name": "三年级2班"}
    assert found.json() == {"type": "wechat_readers", "readers": [reader]}

    again = mine.post(PATH, {"js_code": code})
    refused = {"type": "wechat_refused", "trouble": "code", "number": "40163"}
    assert (again.status_code, again.json()) == (409, refused)


def test_a_library_without_a_mini_program_has_no_such_thing(world: World) -> None:
    mine = program(world, {Permission.PATRON_VIEW})
    assert mine.post(PATH, {"js_code": "0"}).status_code == 404


def test_a_library_whose_wechat_is_a_mini_program_says_it_in_its_own_fields(
    world: World, wechat
) -> None:
    given = {"app_id": APP_ID, "app_secret": SECRET, "base_url": wechat.url}
    Gateway.objects.update(provider="mini_program", settings=json.dumps(given))
    mine = program(world, {Permission.PATRON_VIEW})
    assert mine.post(PATH, {"js_code": wechat.js_code()}).status_code == 200
