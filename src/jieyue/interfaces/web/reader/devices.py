"""Messages on this device: agreeing, taking it back; and WeChat's answers to what was tapped."""

import json
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jieyue.accounts.rules.devices import device_of
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.site.account_page import device_words
from jieyue.notices.channels.consents import count_consents
from jieyue.notices.channels.push import public_key
from jieyue.notices.channels.subscriptions import (
    Subscribed,
    devices_of,
    subscribe_device,
    unsubscribe_device,
)

MAX_TEMPLATES: Final = 20


@require_GET
@reader_page
def devices(request: ReaderRequest) -> HttpResponse:
    """GET the devices that show my messages, and the button for this one."""
    return _page(request)


@require_POST
@reader_page
def agree(request: ReaderRequest) -> HttpResponse:
    """POST what the browser gave (`endpoint`, `p256dh`, `auth`): show my messages there."""
    given = {name: request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    agent = request.headers.get("user-agent", "")
    done = subscribe_device(request.desk, device=device_of(agent), **given)
    if not isinstance(done, Subscribed):
        return _page(request, trouble=_("This browser gave us nothing to send to."), status=409)
    messages.success(request, _("Messages are shown on this device from now on."))
    return elsewhere(request, reverse("reader:devices", args=[request.library.slug]))


@require_POST
@reader_page
def remove(request: ReaderRequest) -> HttpResponse:
    """POST `device`: show nothing of mine there any more."""
    unsubscribe_device(request.desk, device=request.POST.get("device", "-")[:20] or "-")
    messages.success(request, _("That device shows no messages any more."))
    return elsewhere(request, reverse("reader:devices", args=[request.library.slug]))


@require_POST
@reader_page
def consents(request: ReaderRequest) -> HttpResponse:
    """POST `answers`, what wx.requestSubscribeMessage gave: {template id: accept, reject …}."""
    try:
        given: Any = json.loads(request.POST.get("answers", ""))
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or len(given) > MAX_TEMPLATES:
        return JsonResponse({"error": "answers"}, status=422)
    answers = {str(name)[:64]: str(said)[:20] for name, said in given.items()}
    done = count_consents(request.desk, answers=answers)
    return JsonResponse({"accepted": done.accepted, "refused": done.refused})


def _page(request: ReaderRequest, *, trouble: str = "", status: int = 200) -> HttpResponse:
    assert request.desk.patron_id is not None
    context = {
        "page_active": "me",
        "devices": [
            {"device": device, "words": device_words(*device.device.partition(" ")[::2])}
            for device in devices_of(request.desk.patron_id)
        ],
        "push_key": public_key(),
        "trouble": trouble,
    }
    return draw(request, "reader/devices.html", context, status=status)
