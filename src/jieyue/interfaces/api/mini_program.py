"""`/mini-program/sign-ins`: who a library's WeChat mini program has before it."""

from typing import Literal

from django.conf import settings
from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from jieyue.accounts.wechat import WechatApp, WechatTrouble, accounts_of, user_of_mini_program
from jieyue.interfaces.api.answers import LINE, ApiRequest, Input, answer, need
from jieyue.interfaces.api.entries import Output
from jieyue.interfaces.api.problems import PROBLEMS_OF_ONE, NotFoundError
from jieyue.libraries.gateways import gateway
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.elsewhere import who_work
from jieyue.patrons.readers import readers_of_accounts

router = Router(tags=["patrons"])


class JsCode(Input):
    """What `wx.login` gave the mini program; good once and for five minutes."""

    js_code: str = Field(min_length=1, max_length=200, pattern=LINE)


class WechatReader(Output):
    """A reader whose WeChat it is."""

    public_id: str
    name: str
    group_name: str


class WechatReaders(Output):
    """The readers this WeChat signs in: none before it is tied to one, several of a family."""

    type: Literal["wechat_readers"] = "wechat_readers"
    readers: list[WechatReader]


class WechatRefusal(Output):
    """WeChat did not say who it is."""

    type: Literal["wechat_refused"] = "wechat_refused"
    trouble: str = Field(
        description=(
            "`code`: used before or too old. `busy`: try again soon. `setup`: the library's "
            "settings. `blocked`: WeChat holds this person."
        )
    )
    number: str = Field(description="WeChat's own error number.")


@router.post(
    "/sign-ins",
    operation_id="mini_program_sign_in",
    summary="Ask WeChat who a mini program has before it",
    response={200: WechatReaders, 409: WechatRefusal, **PROBLEMS_OF_ONE},
)
def sign_in(request: ApiRequest, given: JsCode) -> HttpResponse:
    """Exchange the code at WeChat and return the readers tied to it; staff are left out."""
    need(request, Permission.PATRON_VIEW)
    service = gateway("wechat")
    found = service.settings if service else {}
    # A library whose WeChat is a mini program alone says it in the account's own fields.
    prefix = "" if service and service.provider == "mini_program" else "mini_"
    app_id, secret = found.get(f"{prefix}app_id"), found.get(f"{prefix}app_secret")
    if service is None or not app_id or not secret:
        raise NotFoundError
    app = WechatApp(
        app_id=str(app_id),
        secret=str(secret),
        base_url=str(found.get("base_url", "")).rstrip("/"),
        allow_private=service.is_installation or settings.CHANNELS_ALLOW_PRIVATE,
    )
    user = user_of_mini_program(app, given.js_code)
    if isinstance(user, WechatTrouble):
        return answer(WechatRefusal(trouble=user.kind, number=user.number), 409)
    known = accounts_of(user, now=request.desk.now)
    staff = who_work(known)
    readers = [one for one in readers_of_accounts(known) if one.account_id not in staff]
    rows = [WechatReader.model_validate(one) for one in readers]
    return answer(WechatReaders(readers=rows), 200)
