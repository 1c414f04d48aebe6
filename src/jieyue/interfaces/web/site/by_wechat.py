"""Signing in with WeChat: there, back, and tying it to a reader the first time."""

import json
import secrets
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.wechat import (
    Trouble,
    WechatApp,
    WechatTrouble,
    WechatUser,
    accounts_of,
    authorize_address,
    bind,
    unbind,
    user_of_code,
)
from jieyue.interfaces.web.access import LibraryRequest, elsewhere
from jieyue.interfaces.web.site import ways
from jieyue.interfaces.web.site.account_page import account_or_sign_in, no_stranger
from jieyue.interfaces.web.site.asking import address_of
from jieyue.interfaces.web.site.entering import Entering, enter, wait_for_binding
from jieyue.kit import clock
from jieyue.libraries.gateways import GatewayView, gateway
from jieyue.libraries.settings.elsewhere import who_work
from jieyue.patrons.readers import readers_of_accounts

GOING: Final = "wechat_going"
SECONDS: Final = 600


def wechat_app(service: GatewayView | None, *, in_wechat: bool) -> WechatApp | None:
    """Return the app a browser signs in with: on a computer the website's, if there is one."""
    if service is None:
        return None
    given: dict[str, Any] = service.settings
    prefix = "" if in_wechat else "web_"
    app_id, secret = given.get(f"{prefix}app_id"), given.get(f"{prefix}app_secret")
    if not app_id or not secret:
        return None
    return WechatApp(
        app_id=str(app_id),
        secret=str(secret),
        base_url=str(given.get("base_url", "")).rstrip("/"),
        allow_private=service.is_installation or settings.CHANNELS_ALLOW_PRIVATE,
    )


def is_in_wechat(request: HttpRequest) -> bool:
    """Say whether the page is open in WeChat's own browser."""
    return "micromessenger" in request.headers.get("User-Agent", "").casefold()


@require_GET
def go(request: LibraryRequest) -> HttpResponse:
    """Go to WeChat; the state ties the way back to this browser."""
    service, in_wechat = gateway("wechat"), is_in_wechat(request)
    app = wechat_app(service, in_wechat=in_wechat)
    if service is None or app is None:
        return _trouble(request, _("This library has no WeChat sign-in. Please use another way."))
    binding = 0
    if "bind" in request.GET:
        account = account_or_sign_in(request)
        if isinstance(account, HttpResponse):
            return account
        if not no_stranger(request, account):
            raise Http404("this session adds no lasting way to sign in")
        binding = account.id
    state = secrets.token_urlsafe(24)
    request.session[GOING] = {
        "state": state,
        "library": request.library.id,
        "until": int(clock.now().timestamp()) + SECONDS,
        "next": request.GET.get("next", "")[:500],
        "bind": binding,
        "in_wechat": in_wechat,
    }
    back = request.build_absolute_uri(address_of(request, "wechat_back"))
    scope = "snsapi_userinfo" if service.settings.get("scope") == "snsapi_userinfo" else ""
    address = authorize_address(
        app, back=back, state=state, in_wechat=in_wechat, scope=scope or "snsapi_base"
    )
    return elsewhere(request, address)


@require_GET
def back(request: LibraryRequest) -> HttpResponse:
    """Come back from WeChat: sign in whose it is, or have them prove once who they are."""
    going, now = request.session.pop(GOING, {}), clock.now()
    if not _is_ours(request, going, now):
        return _trouble(
            request, _("This sign-in was not begun in this browser, or too long ago. Try again.")
        )
    code = request.GET.get("code", "")
    if not code:
        return _trouble(request, _("You did not agree in WeChat. Please try again."))
    app = wechat_app(gateway("wechat"), in_wechat=going["in_wechat"])
    if app is None:
        return _trouble(request, _("This library has no WeChat sign-in. Please use another way."))
    user = user_of_code(app, code)
    if isinstance(user, WechatTrouble):
        return _trouble(request, trouble_words(user))
    if going["bind"]:
        return _bound(request, going["bind"], user, now)
    known = accounts_of(user, now=now)
    staff = who_work(known)
    readers = [one for one in readers_of_accounts(known) if one.account_id not in staff]
    # On a computer nothing says whose it is: signed in until the browser is closed.
    way = Entering(
        how="wechat", next=going["next"], is_shared=not going["in_wechat"], only_here=True
    )
    if readers:
        return enter(request, readers, way, now)
    if not going["in_wechat"]:
        # A computer is anybody's: who signs in next need not be who showed their phone here.
        messages.info(
            request,
            _(
                "This WeChat is tied to no card here yet. Sign in another way, then tie it under "
                "“Sign-in and security”."
            ),
        )
        return ways.page(request, back=going["next"])
    wait_for_binding(request, json.dumps([user.app_id, user.openid, user.unionid]), now)
    messages.info(
        request,
        _("Sign in once in another way. From then on your WeChat signs you in here."),
    )
    return ways.page(request, back=going["next"])


def _is_ours(request: LibraryRequest, going: dict[str, Any], now: datetime) -> bool:
    given = request.GET.get("state", "")
    return (
        going.get("library") == request.library.id
        and going["until"] >= now.timestamp()
        and secrets.compare_digest(going["state"].encode(), given.encode())
    )


def _bound(
    request: LibraryRequest, account_id: int, user: WechatUser, now: datetime
) -> HttpResponse:
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    if account.id != account_id or not no_stranger(request, account):
        return _trouble(request, _("Somebody else is signed in now. Please try again."))
    bind([account_id], user, now=now)
    messages.success(request, _("Your WeChat signs you in here from now on."))
    return elsewhere(request, address_of(request, "account"))


@require_POST
def remove(request: LibraryRequest, identity: str) -> HttpResponse:
    """Untie one's own WeChat."""
    account = account_or_sign_in(request)
    if isinstance(account, HttpResponse):
        return account
    if not unbind(account.id, identity):
        raise Http404("no such WeChat")
    messages.success(request, _("This WeChat no longer signs you in."))
    return elsewhere(request, address_of(request, "account"))


def _trouble(request: LibraryRequest, words: str) -> HttpResponse:
    return ways.page(request, error=words, status=422)


def trouble_words(found: WechatTrouble) -> str:
    """Say what went wrong at WeChat, and what to do."""
    words: dict[Trouble, str] = {
        "code": _("WeChat says this sign-in was used before or is too old. Please try again."),
        "busy": _("WeChat does not answer just now. Try again in a minute, or another way."),
        "setup": _("WeChat refuses this library's settings. Sign in another way and tell staff."),
        "blocked": _("WeChat holds this account for safety. Please sign in another way."),
        "snapshot": _("This is WeChat's preview. Tap “Use full service” below, then try again."),
    }
    return words[found.kind]
