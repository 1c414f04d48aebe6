"""WeChat's subscription messages on this machine: tokens, consents, fields, as strict as theirs."""

import re
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.servers.web import Answer, Asked
from tests.servers.wechat import APP_ID, WechatServer

LIMITS = {"thing": 20, "phrase": 5, "name": 10, "character_string": 32}


class MessageServer(WechatServer):
    """`messages` holds what was taken. `consents`: how many each openid still allows. `once` holds
    (openid, template, scene) of one-time messages somebody said yes to; `says_yes` is what the
    holder of the phone taps on WeChat's page. `is_token_stale` lets every token but one asked for
    by force count as too old.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.messages: list[dict[str, Any]] = []
        self.consents: dict[str, int] = {}
        self.once: set[tuple[str, str, str]] = set()
        self.says_yes = True
        self.token = ""
        self.asked_tokens = 0
        self.is_token_stale = False
        self.paths |= {
            "/cgi-bin/stable_token": self._stable_token,
            "/cgi-bin/message/subscribe/bizsend": self._send,
            "/cgi-bin/message/subscribe/send": self._send,
            "/cgi-bin/message/template/subscribe": self._send_once,
            "/mp/subscribemsg": self._confirm,
        }

    def _stable_token(self, asked: Asked) -> Answer:
        given = asked.json
        if asked.method != "POST" or given.get("grant_type") != "client_credential":
            return Answer(200, {"errcode": 40002, "errmsg": "invalid grant_type"})
        if given.get("appid") != APP_ID:
            return Answer(200, {"errcode": 40013, "errmsg": "invalid appid"})
        if given.get("secret") != self.apps[APP_ID]:
            return Answer(200, {"errcode": 40125, "errmsg": "invalid appsecret"})
        self.asked_tokens += 1
        if given.get("force_refresh"):
            self.token, self.is_token_stale = "", False
        self.token = self.token or secrets.token_urlsafe(80)
        return Answer(200, {"access_token": self.token, "expires_in": 7200})

    def _send(self, asked: Asked) -> Answer:
        if self.is_token_stale or asked.fields.get("access_token") != self.token:
            return Answer(200, {"errcode": 40001, "errmsg": "invalid credential"})
        given = asked.json
        openid = given.get("touser")
        if openid not in self.consents:
            return Answer(200, {"errcode": 40003, "errmsg": f"invalid openid {openid}"})
        if self.consents[openid] < 1:
            return Answer(200, {"errcode": 43101, "errmsg": "user refuse to accept the msg"})
        for name, value in given["data"].items():
            most = LIMITS.get(re.sub(r"\d+$", "", name), 100)
            if not value["value"] or len(value["value"]) > most or "\n" in value["value"]:
                return Answer(200, {"errcode": 47003, "errmsg": f"argument invalid! data.{name}"})
        self.consents[openid] -= 1
        self.messages.append(given | {"path": asked.path})
        return Answer(200, {"errcode": 0, "errmsg": "ok", "msgid": len(self.messages)})

    def _confirm(self, asked: Asked) -> Answer:
        """The page that asks for one message; the same scene twice counts once."""
        given = asked.fields
        back = urlsplit(given.get("redirect_url", ""))
        if given.get("action") != "get_confirm" or given.get("appid") != APP_ID:
            return Answer(200, "参数错误".encode())
        if back.hostname not in self.hosts or not given.get("reserved", "").isalnum():
            return Answer(200, "redirect_url 参数错误".encode())
        template, scene = given.get("template_id", ""), given.get("scene", "")
        if not template or not scene.isdecimal() or int(scene) > 10_000:
            return Answer(200, "scene 参数错误".encode())
        openid = self.person.openid(APP_ID)
        query = {"template_id": template, "scene": scene, "reserved": given["reserved"]}
        if self.says_yes:
            self.once.add((openid, template, scene))
            query |= {"openid": openid, "action": "confirm"}
        else:
            query["action"] = "cancel"
        return Answer(302, b"", {"Location": f"{given['redirect_url']}?{urlencode(query)}"})

    def _send_once(self, asked: Asked) -> Answer:
        if self.is_token_stale or asked.fields.get("access_token") != self.token:
            return Answer(200, {"errcode": 40001, "errmsg": "invalid credential"})
        given = asked.json
        name = (given.get("touser"), given.get("template_id"), given.get("scene"))
        if name not in self.once:
            return Answer(200, {"errcode": 43101, "errmsg": "user refuse to accept the msg"})
        if not given.get("title") or len(given["title"]) > 15:
            return Answer(200, {"errcode": 47003, "errmsg": "argument invalid! title"})
        if not 0 < len(given["data"]["content"]["value"]) <= 200:
            return Answer(200, {"errcode": 47003, "errmsg": "argument invalid! content"})
        self.once.remove(name)
        self.messages.append(given | {"path": asked.path})
        return Answer(200, {"errcode": 0, "errmsg": "ok"})
