"""WeChat messages, allowed one by one: what is allowed, going to WeChat to say yes, and back."""

import secrets
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.selfservice.qr import qr_svg
from jieyue.interfaces.web.site.by_wechat import is_in_wechat
from jieyue.interfaces.web.site.ways import wechat_address
from jieyue.libraries.gateways import gateway
from jieyue.notices.channels.once import (
    MOST,
    Allowed,
    Offer,
    allow_once,
    confirm_address,
    offer_of,
)

ASKED: Final = "wechat_once"
SECONDS: Final = 600


@require_GET
@reader_page
def page(request: ReaderRequest) -> HttpResponse:
    """GET how many messages I have allowed, and the way to allow one more."""
    offer = _offer(request)
    here = request.build_absolute_uri(reverse("reader:wechat", args=[request.library.slug]))
    in_wechat = is_in_wechat(request)
    context = {
        "page_active": "me",
        "offer": offer,
        "most": MOST,
        "in_wechat": in_wechat,
        "bind": wechat_address(request),
        "address": here,
        "svg": "" if in_wechat else qr_svg(here, words=_("Open in WeChat")),
    }
    return draw(request, "reader/wechat.html", context)


@require_GET
@reader_page
def ask(request: ReaderRequest) -> HttpResponse:
    """Go to WeChat's own page that asks; the state ties the way back to this browser."""
    offer, service = _offer(request), gateway("wechat")
    if service is None or offer.scene is None or not offer.is_tied or not is_in_wechat(request):
        return _back(request)
    state = secrets.token_hex(16)
    request.session[ASKED] = {
        "state": state,
        "patron": request.desk.patron_id,
        "scene": offer.scene,
        "until": int(request.desk.now.timestamp()) + SECONDS,
    }
    back = request.build_absolute_uri(reverse("reader:wechat_back", args=[request.library.slug]))
    return elsewhere(request, confirm_address(service, scene=offer.scene, back=back, state=state))


@require_GET
@reader_page
def back(request: ReaderRequest) -> HttpResponse:
    """Come back from WeChat: count it, if this browser had asked, and the answer is a yes."""
    _offer(request)
    asked: dict[str, Any] = request.session.pop(ASKED, {})
    given = request.GET
    is_ours = (
        asked.get("patron") == request.desk.patron_id
        and asked["until"] >= request.desk.now.timestamp()
        and secrets.compare_digest(asked["state"].encode(), given.get("reserved", "").encode())
        and given.get("scene") == str(asked["scene"])
    )
    if not is_ours:
        messages.error(request, _("That was not asked for here, or too long ago. Try again."))
    elif given.get("action") != "confirm":
        messages.warning(request, _("You did not agree in WeChat. Nothing was changed."))
    else:
        done = allow_once(request.desk, scene=asked["scene"], openid=given.get("openid", "")[:128])
        _say(request, done.left if isinstance(done, Allowed) else None)
    return _back(request)


def _say(request: ReaderRequest, left: int | None) -> None:
    if left is None:
        messages.error(
            request, _("Another WeChat said yes than the one that is tied to your card here.")
        )
        return
    text = ngettext(
        "%(n)s WeChat message is allowed now.", "%(n)s WeChat messages are allowed now.", left
    )
    messages.success(request, text % {"n": left})


def _offer(request: ReaderRequest) -> Offer:
    assert request.desk.patron_id is not None
    offer = offer_of(request.desk.patron_id)
    if offer is None:
        raise Http404("this library has no such messages")
    return offer


def _back(request: ReaderRequest) -> HttpResponse:
    return elsewhere(request, reverse("reader:wechat", args=[request.library.slug]))
