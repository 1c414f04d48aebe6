"""By which ways the library reaches its readers: services, limits, and a test of each."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings import channel_words as words
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.channel_forms import ChannelForm, TestForm
from jieyue.interfaces.web.settings.channel_texts import ApprovedTexts
from jieyue.interfaces.web.settings.views.notice_words import example
from jieyue.libraries.gateways import PUSH, gateways
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.channels import email, sms, wechat
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.limits import Allowance, allowance, spent
from jieyue.notices.channels.providers import (
    PROVIDERS,
    ChannelView,
    Provider,
    channel_views,
    provider_of,
    remove_channel,
    save_channel,
    switch_channel,
)
from jieyue.notices.rules.approved import KINDS, LANGUAGES
from jieyue.notices.words import built_in

SENDERS = {"email": email.send, "sms": sms.send}
CHECKS = {"wechat": wechat.try_account}  # nobody without a consent can be written to


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the ways: what is in use, what it has cost, what could be added."""
    return show(request, "channels.html", _context(request))


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, kind: str, provider: str) -> HttpResponse:
    """GET the form of a service, with what is stored but the secrets; POST it."""
    asked = provider_of(kind, provider)
    if asked is None:
        raise Http404("no such service")
    view = channel_views().get(kind)
    form = ChannelForm(request.POST or None, asked=asked, view=view)
    texts = _texts(request, asked, view)
    context = {
        "words": words.PROVIDERS[provider],
        "channel": words.CHANNELS[kind],
        "asked": asked,
        "groups": texts.groups() if texts else [],
        "is_mine": view is not None and view.provider == provider,
        "kind": kind,
    }
    if request.method == "GET":
        return show(request, "channel.html", context | {"form": form})
    if texts and not texts.is_valid and form.is_valid():
        form.add_error(None, _("A text below cannot be used. It is marked."))
    return submit(
        request,
        form,
        "channel.html",
        context,
        lambda: save_channel(
            request.desk,
            kind=kind,
            provider=provider,
            texts=texts.kept if texts else None,
            **form.values(),
        ),
        text=_("Saved. Now send yourself a test."),
        address=to(request, "channels"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def text(request: StaffRequest, kind: str, provider: str) -> HttpResponse:
    """POST a row of approved texts as typed so far (`row`): the row's preview."""
    asked = provider_of(kind, provider)
    name, _sign, language = request.POST.get("row", "").removeprefix("text-").partition("-")
    if asked is None or not asked.has_texts or name not in KINDS or language not in LANGUAGES:
        raise Http404("no such text")
    texts = _texts(request, asked, channel_views().get(kind))
    assert texts is not None
    return draw(request, "settings/channel_text.html", {"row": texts.row(name, language)})


def _texts(
    request: StaffRequest, asked: Provider, view: ChannelView | None
) -> ApprovedTexts | None:
    """Return the approved texts as stored, or as typed; None where a provider needs none."""
    if not asked.has_texts:
        return None
    values = {}
    for language in LANGUAGES:
        with override(language):
            message = example(request, "due_soon", "sms", language, built_in("due_soon", "sms"))
        extra = {"code": "123456", "minutes": "10"}
        values[language] = {**message.params, **extra}
    mine = view if view is not None and view.provider == asked.code else None
    return ApprovedTexts(
        asked=asked,
        stored=mine.texts if mine else {},
        values=values,
        sign=str(mine.values.get("sign_name", "")) if mine else "",
        data=request.POST if request.method == "POST" else None,
    )


@staff_page(Permission.SETTINGS)
@require_POST
def switch(request: StaffRequest, kind: str) -> HttpResponse:
    """POST `on` or `off`."""
    is_on = request.POST.get("to") == "on"
    return _press(
        request,
        lambda: switch_channel(request.desk, kind=kind, is_active=is_on),
        _("Messages go this way again.") if is_on else _("No message goes this way any more."),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def remove(request: StaffRequest, kind: str) -> HttpResponse:
    """POST: forget a service with its secrets."""
    return _press(
        request,
        lambda: remove_channel(request.desk, kind=kind),
        _("The service and its keys are forgotten."),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def trial(request: StaffRequest, kind: str) -> HttpResponse:
    """POST an address: send a test there now and say what the service answers.

    200 whatever it answers; outside any transaction, and within the service's limits.
    """
    service = gateways().get(kind)
    if service is None or kind not in (*SENDERS, *CHECKS):
        raise Http404("no such service in use")
    form = TestForm(request.POST)
    tried: dict[str, Any] = {"kind": kind, "form": form}
    if kind in SENDERS and not form.is_valid():
        return show(request, "channels.html", _context(request, tried), status=422)
    if not request.desk.works_at(None):
        tried["trouble"] = _("What holds for the whole library is changed by who works everywhere.")
        return show(request, "channels.html", _context(request, tried), status=403)
    if kind in CHECKS:
        result: Handed | Failed = CHECKS[kind](service) or Handed()
    elif not allowance(service, request.desk.now, request.desk.zone).take(service.cost_cents):
        tried["trouble"] = _("Today's number or this month's money is used up.")
        return show(request, "channels.html", _context(request, tried), status=409)
    else:
        result = SENDERS[kind](service, form.cleaned_data["to"], _test(request))
    if isinstance(result, Handed):
        tried["worked"] = True
    else:
        tried["trouble"] = words.TRIED.get(result.code, result.code)
        tried["detail"] = result.detail
    return show(request, "channels.html", _context(request, tried))


def _test(request: StaffRequest) -> Message:
    name = request.library.name
    return Message(
        id=f"test-{uuid4().hex[:12]}",
        subject=_("Test message of %(library)s") % {"library": name},
        text=_("%(library)s: this is a test. Messages to readers arrive.") % {"library": name},
        template="code",
        params={"code": "123456", "library": name, "minutes": "10"},
        language=get_language() or "zh-hans",
    )


def _context(request: StaffRequest, tried: dict[str, Any] | None = None) -> dict[str, Any]:
    mine, used = channel_views(), gateways()
    return {"channels": [_card(request, kind, mine, used, tried or {}) for kind in words.CHANNELS]}


def _card(
    request: StaffRequest,
    kind: str,
    mine: dict[str, Any],
    used: dict[str, Any],
    tried: dict[str, Any],
) -> dict[str, Any]:
    """Return one way as its card shows it. Four statements where it has limits."""
    view, service = mine.get(kind), used.get(kind)
    card: dict[str, Any] = {
        "kind": kind,
        "words": words.CHANNELS[kind],
        "mine": view,
        "provider": words.PROVIDERS.get(service.provider) if service else None,
        "service": service,
        "is_push": kind == PUSH,
        "others": [
            {"code": asked.code, "words": words.PROVIDERS[asked.code]}
            for asked in PROVIDERS.get(kind, ())
            if view is None or asked.code != view.provider
        ],
        "tried": tried if tried.get("kind") == kind else None,
        "is_checked": service is not None and kind in CHECKS,
        "test": TestForm(prefix=None) if service and kind in SENDERS else None,
    }
    if service is not None:
        card["spent"] = spent(service, request.desk.now, request.desk.zone)
        left: Allowance = allowance(service, request.desk.now, request.desk.zone)
        card["is_used_up"] = left.is_used_up(service.cost_cents)
    return card


def _press(request: StaffRequest, change: Any, text: str) -> HttpResponse:
    return press(
        request,
        change,
        lambda trouble, status: show(
            request, "channels.html", _context(request) | {"trouble": trouble}, status=status
        ),
        text=text,
        address=to(request, "channels"),
    )
