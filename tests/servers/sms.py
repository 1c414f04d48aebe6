"""SMS gateways on this machine: Aliyun's, Tencent's and one as many small ones are.

Signatures are calculated here by the providers' documents, by nothing the product has. By hand:
`python -m tests.servers.sms 8901` prints every message.
"""

import hashlib
import hmac
import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from jieyue.kit import clock
from tests.servers.web import Answer, Asked, WebService

KEY_ID = "AKID-of-tests"
KEY_SECRET = "secret-of-tests"  # nobody's


@dataclass
class Text:
    """A message as the gateway would pass it on."""

    phone: str
    id: str
    template: str = ""
    params: Any = field(default_factory=dict)
    text: str = ""
    sign_name: str = ""


class SmsGateway(WebService):
    """All three in one, told apart by what they are asked. `texts` holds what was taken.

    `refuses`: the code it answers for a phone number instead.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.texts: list[Text] = []
        self.refuses: dict[str, str] = {}

    def settings(self, provider: str, **changes: Any) -> dict[str, Any]:
        """Return what a gateway has to know to use it as `provider`."""
        if provider == "http":
            made: dict[str, Any] = {
                "url": f"{self.url}/send",
                "method": "POST",
                "body_kind": "json",
                "body": '{"mobile": "{phone}", "content": "{text}", "ref": "{id}"}',
                "headers": "Authorization: Bearer {key}",
                "key": KEY_SECRET,
                "sign_name": "番薯图书馆",
                "good_field": "code",
                "good_values": ["0"],
                "reference_field": "data.msgid",
            }
        else:
            made = {
                "base_url": self.url,
                "key_id": KEY_ID,
                "key_secret": KEY_SECRET,
                "sign_name": "番薯图书馆",
                "templates": {
                    "due_soon": {
                        "zh-hans": {"code": "SMS_1", "blanks": ["title", "day=on"]},
                        "en": {"code": "SMS_2", "blanks": ["title"]},
                    },
                    "code": {"zh-hans": {"code": "SMS_3", "blanks": ["code"]}},
                },
            }
            if provider == "tencent":
                made["app_id"] = "1400000001"
        return made | changes

    def answer(self, asked: Asked) -> Answer:
        if "x-acs-action" in asked.headers:
            return self._aliyun(asked)
        if "x-tc-action" in asked.headers:
            return self._tencent(asked)
        return self._plain(asked)

    def _aliyun(self, asked: Asked) -> Answer:
        headers = asked.headers
        names = ["host", *sorted(name for name in headers if name.startswith("x-acs-"))]
        query = "&".join(
            f"{quote(name, safe='~')}={quote(value, safe='~')}"
            for name, value in sorted(asked.fields.items())
        )
        canonical = "\n".join(
            [
                asked.method,
                asked.path,
                query,
                *(f"{name}:{headers[name].strip()}" for name in names),
                "",
                ";".join(names),
                headers["x-acs-content-sha256"],
            ]
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        signature = hmac.new(
            KEY_SECRET.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), "sha256"
        ).hexdigest()
        wanted = (
            f"ACS3-HMAC-SHA256 Credential={KEY_ID},"
            f"SignedHeaders={';'.join(names)},Signature={signature}"
        )
        is_whole = headers["x-acs-content-sha256"] == hashlib.sha256(asked.body).hexdigest()
        sent_at = datetime.fromisoformat(headers["x-acs-date"])
        if abs(clock.now() - sent_at).total_seconds() > 900:
            return Answer(400, {"Code": "InvalidTimeStamp.Expired", "Message": "Too old."})
        if headers.get("authorization") != wanted or not is_whole:
            return Answer(400, {"Code": "SignatureDoesNotMatch", "Message": "Not the signature."})
        if (headers["x-acs-action"], headers["x-acs-version"]) != ("SendSms", "2017-05-25"):
            return Answer(404, {"Code": "InvalidAction.NotFound", "Message": "No such action."})
        fields = asked.fields
        phone = fields["PhoneNumbers"]
        if code := self.refuses.get(phone):
            return Answer(200, {"Code": code, "Message": f"{phone} 不行", "RequestId": "R"})
        self.texts.append(
            Text(
                phone=phone,
                id=fields["OutId"],
                template=fields["TemplateCode"],
                params=json.loads(fields["TemplateParam"]),
                sign_name=fields["SignName"],
            )
        )
        return Answer(200, {"Code": "OK", "Message": "OK", "BizId": f"biz-{fields['OutId']}"})

    def _tencent(self, asked: Asked) -> Answer:
        headers = asked.headers
        moment = int(headers["x-tc-timestamp"])
        if abs(clock.now().timestamp() - moment) > 300:
            return _error("AuthFailure.SignatureExpire")
        day = datetime.fromtimestamp(moment, UTC).date().isoformat()
        canonical = (
            f"{asked.method}\n{asked.path}\n{asked.query}\n"
            f"content-type:{headers['content-type']}\nhost:{headers['host']}\n\n"
            f"content-type;host\n{hashlib.sha256(asked.body).hexdigest()}"
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        secret = b"TC3" + KEY_SECRET.encode()
        for part in (day, "sms", "tc3_request"):
            secret = hmac.new(secret, part.encode(), "sha256").digest()
        to_sign = f"TC3-HMAC-SHA256\n{moment}\n{day}/sms/tc3_request\n{digest}"
        signature = hmac.new(secret, to_sign.encode(), "sha256").hexdigest()
        wanted = (
            f"TC3-HMAC-SHA256 Credential={KEY_ID}/{day}/sms/tc3_request, "
            f"SignedHeaders=content-type;host, Signature={signature}"
        )
        if headers.get("authorization") != wanted:
            return _error("AuthFailure.SignatureFailure")
        if (headers["x-tc-action"], headers["x-tc-version"]) != ("SendSms", "2021-01-11"):
            return _error("InvalidAction")
        given = asked.json
        [phone] = given["PhoneNumberSet"]
        status = {"SerialNo": "", "PhoneNumber": phone, "Fee": 0, "IsoCode": "CN"}
        if code := self.refuses.get(phone):
            refused = status | {"Code": code, "Message": f"{phone} 不行"}
            return Answer(200, {"Response": {"SendStatusSet": [refused], "RequestId": "R"}})
        self.texts.append(
            Text(
                phone=phone,
                id=given["SessionContext"],
                template=given["TemplateId"],
                params=given["TemplateParamSet"],
                sign_name=given["SignName"],
            )
        )
        taken = status | {"Code": "Ok", "SerialNo": f"2:{given['SessionContext']}", "Fee": 1}
        return Answer(200, {"Response": {"SendStatusSet": [taken], "RequestId": "R"}})

    def _plain(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {KEY_SECRET}":
            return Answer(401, {"code": 7, "msg": "token"})
        is_json = "json" in asked.headers.get("content-type", "")
        given = asked.json if is_json else (asked.form or asked.fields)
        if code := self.refuses.get(given["mobile"]):
            return Answer(200, {"code": code, "msg": f"{given['mobile']} 不行"})
        self.texts.append(Text(phone=given["mobile"], id=given["ref"], text=given["content"]))
        return Answer(200, {"code": 0, "data": {"msgid": f"m-{given['ref']}"}})


def _error(code: str) -> Answer:
    return Answer(200, {"Response": {"Error": {"Code": code, "Message": code}, "RequestId": "R"}})


if __name__ == "__main__":
    with SmsGateway(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        print(json.dumps(running.settings("http"), ensure_ascii=False), flush=True)
        shown = 0
        while True:
            running.wait_for(shown + 1, 3600)
            for text in running.texts[shown:]:
                print(text, flush=True)
                shown += 1
