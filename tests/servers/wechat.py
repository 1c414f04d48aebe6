"""WeChat on this machine: signing in on the web and in a mini program, as strict as theirs.

By hand: `python -m tests.servers.wechat 8077` prints the settings of a gateway that uses it.
"""

import json
import secrets
import sys
import threading
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.servers.web import Answer, Asked, WebService

APP_ID = "wx0123456789abcdef"
SECRET = "0123456789abcdef0123456789abcdef"
SITE_ID = "wxfedcba9876543210"  # the website app that computers sign in with
SITE_SECRET = "fedcba9876543210fedcba9876543210"


@dataclass
class Person:
    """Somebody with WeChat. Their openid differs from app to app."""

    name: str = "小雨"
    unionid: str = ""
    is_snapshot: bool = False
    openids: dict[str, str] = field(default_factory=dict)

    def openid(self, app_id: str) -> str:
        """Return their name in an app."""
        return self.openids.setdefault(app_id, "o" + secrets.token_urlsafe(20))


@dataclass
class _Code:
    person: Person
    app_id: str
    kind: str  # web or mini
    scope: str
    is_used: bool = False


class WechatServer(WebService):
    """`person` is who holds the phone that authorizes next; it always agrees.

    CHANNELS: add a path to `paths` for subscription messages.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.apps = {APP_ID: SECRET, SITE_ID: SITE_SECRET}
        self.hosts = {"testserver", "127.0.0.1", "localhost"}  # set in WeChat's console
        self.person = Person()
        self.codes: dict[str, _Code] = {}
        self.tokens: dict[str, tuple[Person, str]] = {}
        self.paths = {
            "/connect/oauth2/authorize": self._authorize,
            "/connect/qrconnect": self._authorize,
            "/sns/oauth2/access_token": self._access_token,
            "/sns/userinfo": self._userinfo,
            "/sns/jscode2session": self._jscode2session,
        }

    @property
    def settings(self) -> dict[str, str]:
        """What a gateway has to know to use it."""
        return {
            "app_id": APP_ID,
            "app_secret": SECRET,
            "web_app_id": SITE_ID,
            "web_app_secret": SITE_SECRET,
            "base_url": self.url,
        }

    def answer(self, asked: Asked) -> Answer:
        """Answer as the documentation says."""
        path = self.paths.get(asked.path)
        return path(asked) if path else Answer(404, b"not found")

    def js_code(self, app_id: str = APP_ID) -> str:
        """Return what `wx.login` gives the mini program."""
        return self._code(app_id, "mini", "")

    def _code(self, app_id: str, kind: str, scope: str) -> str:
        code = "0" + secrets.token_urlsafe(23)
        self.codes[code] = _Code(self.person, app_id, kind, scope)
        return code

    def _authorize(self, asked: Asked) -> Answer:
        given = asked.fields
        back = urlsplit(given.get("redirect_uri", ""))
        scopes = {"snsapi_login"} if asked.path.endswith("qrconnect") else {
            "snsapi_base", "snsapi_userinfo",
        }  # fmt: skip
        if given.get("appid") not in self.apps:
            return Answer(200, "AppID 参数错误".encode())
        if back.hostname not in self.hosts or back.scheme not in {"http", "https"}:
            return Answer(200, "redirect_uri 参数错误 10003".encode())
        if given.get("response_type") != "code" or given.get("scope") not in scopes:
            return Answer(200, "Scope 参数错误或没有 Scope 权限 10005".encode())
        code = self._code(given["appid"], "web", given["scope"])
        query = urlencode({"code": code, "state": given.get("state", "")})
        return Answer(302, b"", {"Location": f"{given['redirect_uri']}?{query}"})

    def _spend(self, given: dict[str, str], name: str, kind: str) -> _Code | Answer:
        if given.get("appid") not in self.apps:
            return _error(40013, "invalid appid")
        if given.get("secret") != self.apps[given["appid"]]:
            return _error(40125, "invalid appsecret")
        if given.get("grant_type") != "authorization_code":
            return _error(40002, "invalid grant_type")
        if not given.get(name):
            return _error(41008, "missing code")
        found = self.codes.get(given[name])
        if found is None or (found.app_id, found.kind) != (given["appid"], kind):
            return _error(40029, "invalid code")
        if found.is_used:
            return _error(40163, "code been used")
        found.is_used = True
        return found

    def _access_token(self, asked: Asked) -> Answer:
        found = self._spend(asked.fields, "code", "web")
        if isinstance(found, Answer):
            return found
        token = secrets.token_urlsafe(40)
        self.tokens[token] = (found.person, found.app_id)
        body = {
            "access_token": token,
            "expires_in": 7200,
            "refresh_token": secrets.token_urlsafe(40),
            "openid": found.person.openid(found.app_id),
            "scope": found.scope,
        }
        if found.person.is_snapshot:
            body["is_snapshotuser"] = 1
        return _text(body)

    def _userinfo(self, asked: Asked) -> Answer:
        given = asked.fields
        found = self.tokens.get(given.get("access_token", ""))
        if found is None:
            return _error(40001, "invalid credential")
        person, app_id = found
        if given.get("openid") != person.openid(app_id):
            return _error(40003, "invalid openid")
        body = {"openid": given["openid"], "nickname": person.name, "privilege": []}
        return _text(body | ({"unionid": person.unionid} if person.unionid else {}))

    def _jscode2session(self, asked: Asked) -> Answer:
        found = self._spend(asked.fields, "js_code", "mini")
        if isinstance(found, Answer):
            return found
        body = {"openid": found.person.openid(found.app_id), "session_key": "c2VjcmV0"}
        if found.person.unionid:
            body["unionid"] = found.person.unionid
        return _text(body)


def _text(body: dict[str, object]) -> Answer:
    return Answer(
        200, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "text/plain"}
    )


def _error(number: int, words: str) -> Answer:
    return _text({"errcode": number, "errmsg": f"{words}, rid: 6543210f"})


if __name__ == "__main__":
    with WechatServer(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        print(json.dumps(running.settings, ensure_ascii=False), flush=True)
        threading.Event().wait()
