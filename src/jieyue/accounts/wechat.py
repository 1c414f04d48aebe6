"""WeChat: what its servers say of somebody (the protocol), and whose WeChat it is (our rows).

Official account: authorize in WeChat's own browser → code → /sns/oauth2/access_token → openid.
https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
Website on a computer: the same after a QR code (qrconnect).
https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html
Mini program: /sns/jscode2session.

An openid is one person's name in one app; a unionid their name in all apps of one owner. Nothing
else is kept of them, and no token.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlencode

from django.db.models import Q

from jieyue.accounts.models import WechatIdentity
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.net.http import NoReply, Request, exchange
from jieyue.kit.transactions import in_transaction

API: Final = "https://api.weixin.qq.com"
OPEN: Final = "https://open.weixin.qq.com"
SECONDS: Final = 8.0
MAX_CODE: Final = 200
Trouble = Literal["code", "busy", "setup", "blocked", "snapshot"]
# https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html
_TROUBLES: Final[dict[int, Trouble]] = {
    -1: "busy",
    45009: "busy",  # the day's calls are used up
    45011: "busy",  # too many calls a minute
    40029: "code",  # no such code
    40163: "code",  # used before
    41008: "code",  # none given
    42003: "code",  # too old
    40226: "blocked",  # WeChat holds this user for a risk
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatApp:
    """One app of a library, with what its servers know it by. `base_url` is for tests."""

    app_id: str
    secret: str = field(repr=False)
    base_url: str = ""
    allow_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatUser:
    """Somebody, as WeChat says. `unionid` is empty where the app is bound to no other."""

    app_id: str
    openid: str = field(repr=False)
    unionid: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatTrouble:
    """WeChat did not say who it is.

    `code`: this code is no good (used, too old), begin anew. `busy`: try again soon. `setup`: the
    library's settings. `blocked`: WeChat holds this person. `snapshot`: a preview page of WeChat's,
    where everybody is somebody made up. `number` is WeChat's own.
    """

    kind: Trouble
    number: str = ""


def authorize_address(
    app: WechatApp, *, back: str, state: str, in_wechat: bool, scope: str = "snsapi_base"
) -> str:
    """Return where the browser goes; in WeChat's without asking, elsewhere to a QR code."""
    path = "/connect/oauth2/authorize" if in_wechat else "/connect/qrconnect"
    query = {
        "appid": app.app_id,
        "redirect_uri": back,
        "response_type": "code",
        "scope": scope if in_wechat else "snsapi_login",
        "state": state,
    }
    return f"{app.base_url or OPEN}{path}?{urlencode(query)}#wechat_redirect"


def user_of_code(app: WechatApp, code: str) -> WechatUser | WechatTrouble:
    """Return who came back with a code; each code works once. At most two exchanges."""
    given = _ask(
        app,
        "/sns/oauth2/access_token",
        appid=app.app_id,
        secret=app.secret,
        code=code[:MAX_CODE],
        grant_type="authorization_code",
    )
    if isinstance(given, WechatTrouble):
        return given
    if given.get("is_snapshotuser") == 1:
        return WechatTrouble(kind="snapshot")
    openid, unionid = _text(given, "openid"), _text(given, "unionid")
    scopes = set(_text(given, "scope").split(","))
    if not unionid and scopes & {"snsapi_userinfo", "snsapi_login"}:
        info = _ask(
            app,
            "/sns/userinfo",
            access_token=_text(given, "access_token"),
            openid=openid,
            lang="zh_CN",
        )
        # Without it one is still known by the openid.
        unionid = "" if isinstance(info, WechatTrouble) else _text(info, "unionid")
    return _user(app, openid, unionid)


def user_of_mini_program(app: WechatApp, js_code: str) -> WechatUser | WechatTrouble:
    """Return who called `wx.login` in the mini program. The session key is thrown away."""
    given = _ask(
        app,
        "/sns/jscode2session",
        appid=app.app_id,
        secret=app.secret,
        js_code=js_code[:MAX_CODE],
        grant_type="authorization_code",
    )
    if isinstance(given, WechatTrouble):
        return given
    return _user(app, _text(given, "openid"), _text(given, "unionid"))


def _user(app: WechatApp, openid: str, unionid: str) -> WechatUser | WechatTrouble:
    if not openid:
        return WechatTrouble(kind="busy", number="no openid")
    return WechatUser(app_id=app.app_id, openid=openid, unionid=unionid)


def _ask(app: WechatApp, path: str, **query: str) -> dict[str, Any] | WechatTrouble:
    reply = exchange(
        Request(url=f"{app.base_url or API}{path}?{urlencode(query)}"),
        seconds=SECONDS,
        allow_private=app.allow_private,
    )
    if isinstance(reply, NoReply):
        return WechatTrouble(kind="busy", number=reply.kind.value)
    if reply.status != 200:
        return WechatTrouble(kind="busy", number=f"HTTP {reply.status}")
    try:
        found = json.loads(reply.body)  # says text/plain
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return WechatTrouble(kind="busy", number="no JSON")
    number = found.get("errcode", 0)
    if number:
        known = _TROUBLES.get(number, "setup") if isinstance(number, int) else "setup"
        return WechatTrouble(kind=known, number=str(number)[:20])
    return found


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name, "")
    return value[:300] if isinstance(value, str) else ""


# --- Whose it is --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WechatView:
    """A WeChat that signs an account in."""

    public_id: str
    app_id: str
    created_at: datetime
    last_used_at: datetime


def accounts_of(user: WechatUser, *, now: datetime) -> list[int]:
    """Return the accounts a WeChat is bound to (a family's may be several's), and note its use.

    Known by its openid, or by its unionid in another app of the same owner. Two statements.
    """
    same = Q(app_id=user.app_id, openid_hash=_hash("openid", user.openid))
    if user.unionid:
        same |= Q(unionid_hash=_hash("unionid", user.unionid))
    rows = WechatIdentity.objects.filter(same)
    ids = list(rows.order_by("account_id").values_list("account_id", flat=True).distinct())
    if ids:
        rows.update(last_used_at=now)
    return ids


def bind(account_ids: Iterable[int], user: WechatUser, *, now: datetime) -> None:
    """Let a WeChat sign these accounts in. Binding the same again changes nothing."""
    rows = [
        WechatIdentity(
            public_id=public_id(),
            account_id=account_id,
            app_id=user.app_id,
            openid=user.openid,
            openid_hash=_hash("openid", user.openid),
            unionid=user.unionid,
            unionid_hash=_hash("unionid", user.unionid),
            created_at=now,
            last_used_at=now,
        )
        for account_id in dict.fromkeys(account_ids)
    ]
    in_transaction(lambda: WechatIdentity.objects.bulk_create(rows, ignore_conflicts=True))


def unbind(account_id: int, identity: str) -> bool:
    """Undo it for one's own account; another's is not there. One statement."""
    mine = WechatIdentity.objects.filter(account_id=account_id, public_id=identity)
    return bool(mine.delete()[0])


def is_bound(account_ids: Iterable[int]) -> bool:
    """Say whether a WeChat signs in any of the accounts. One statement."""
    return WechatIdentity.objects.filter(account_id__in=list(account_ids)).exists()


def unbind_all(account_id: int) -> int:
    """Undo every one of an account. Returns how many. One statement."""
    return WechatIdentity.objects.filter(account_id=account_id).delete()[0]


def identities_of(account_id: int) -> list[WechatView]:
    """Return the WeChats that sign an account in, the latest first. One statement."""
    rows = WechatIdentity.objects.filter(account_id=account_id).order_by("-id")
    return [
        WechatView(
            public_id=row.public_id,
            app_id=row.app_id,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
        for row in rows
    ]


def openids_of(account_ids: Iterable[int], app_id: str) -> dict[int, str]:
    """Return each account's openid in an app, the latest used; needed to send messages there.

    One statement. Accounts without one are left out.
    """
    rows = WechatIdentity.objects.filter(account_id__in=list(account_ids), app_id=app_id)
    return {row.account_id: row.openid for row in rows.order_by("last_used_at", "id")}


def _hash(kind: str, text: str) -> str:
    return keyed_hash(f"{kind}:{text}") if text else ""
