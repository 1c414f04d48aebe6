"""WeChat's subscription messages on this machine: tokens, consents, fields, as strict as theirs."""

import re
import secrets
from typing import Any

from tests.servers.web import Answer, Asked
from tests.servers.wechat import APP_ID, WechatServer

LIMITS = {"thing": 20, "phrase": 5, "name": 10, "character_string": 32}


class MessageServer(WechatServer):
    """`messages` holds what was taken. `consents`: how many each openid still allows.

    `is_token_stale` lets every token but one asked for by force count as too old.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.messages: list[dict[str, Any]] = []
        self.consents: dict[str, int] = {}
        self.token = ""
        self.asked_tokens = 0
        self.is_token_stale = False
        self.paths |= {
            "/cgi-bin/stable_token": self._stable_token,
            "/cgi-bin/message/subscribe/bizsend": self._send,
            "/cgi-bin/message/subscribe/send": self._send,
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
