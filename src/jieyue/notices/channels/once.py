"""One-time messages of a WeChat official account (一次性订阅消息): allowed one by one.

No script of WeChat's is needed: the reader's browser goes to a page of WeChat's, says yes there,
and comes back. Each yes is for a scene (1 to `MOST`) and does not add up with another for the same,
so each scene is a `WechatConsent` of its own: `<template>#<scene>`.
developers.weixin.qq.com: One-time_subscription_info
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlencode

from django.db.models import QuerySet

from jieyue.accounts.models import WechatIdentity
from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.gateways import GatewayView, gateway
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.models import WechatConsent
from jieyue.patrons.models import Patron

MOST: Final = 10  # messages a reader allows ahead
PAGES: Final = "https://mp.weixin.qq.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """The reader allows one more; `left` in all."""

    type: Literal["allowed"] = "allowed"
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    """Nothing changed: `not_offered` here, or said yes to by `other_wechat` than is tied here."""

    type: Literal["refused"] = "refused"
    reason: Literal["not_offered", "other_wechat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the page of a reader shows. `scene` is the one to ask for, None if there are enough."""

    is_tied: bool  # a WeChat of this account's is known
    left: int
    scene: int | None


def once_template(service: GatewayView | None) -> str:
    """Return the template of a library's one-time messages; empty if it has none."""
    if service is None or service.provider != "official_account":
        return ""
    return str(service.settings.get("once_template") or "")


def offer_of(patron_id: int) -> Offer | None:
    """Return what a reader may allow; None where the library has no such messages."""
    service = gateway("wechat")
    template = once_template(service)
    if service is None or not template:
        return None
    held = {scene_of(name) for name in _held(patron_id, template)}
    free = (scene for scene in range(1, MOST + 1) if scene not in held)
    return Offer(
        is_tied=_identities(patron_id, service).exists(), left=len(held), scene=next(free, None)
    )


def confirm_address(service: GatewayView, *, scene: int, back: str, state: str) -> str:
    """Return WeChat's own page that asks the reader; it works within WeChat alone."""
    query = {
        "action": "get_confirm",
        "appid": str(service.settings.get("app_id", "")),
        "scene": str(scene),
        "template_id": once_template(service),
        "redirect_url": back,
        "reserved": state,
    }
    base = str(service.settings.get("base_url") or PAGES).rstrip("/")
    return f"{base}/mp/subscribemsg?{urlencode(query)}#wechat_redirect"


@action(needs=None)
def allow_once(desk: Desk, *, scene: int, openid: str) -> Allowed | NotAllowed:
    """Note that the reader said yes in WeChat for a scene. The door has seen that it had asked."""
    if desk.patron_id is None or desk.acting_patron_id is not None:
        raise ForbiddenError(Permission.OWN_LOANS)
    service = gateway("wechat")
    template = once_template(service)
    if service is None or not template or not 1 <= scene <= MOST:
        return _refused(desk, "not_offered")
    mine = _identities(desk.patron_id, service)
    if not mine.filter(openid_hash=keyed_hash(openid)).exists():
        return _refused(desk, "other_wechat")
    WechatConsent.objects.update_or_create(
        library_id=desk.library_id,
        patron_id=desk.patron_id,
        template_id=f"{template}#{scene}",
        defaults={"count": 1, "changed_at": desk.now},
    )
    note(Note(patron_id=desk.patron_id))
    return Allowed(left=len(_held(desk.patron_id, template)))


def take_once(patron_id: int, template: str, *, leaves: int, now: datetime) -> str | None:
    """Spend one consent, leaving so many; return its name, None if there are too few."""
    held = _held(patron_id, template)
    for name in held[: max(0, len(held) - leaves)]:
        mine = WechatConsent.objects.filter(patron_id=patron_id, template_id=name, count__gt=0)
        if mine.update(count=0, changed_at=now):
            return name
    return None


def scene_of(name: str) -> int:
    """Return the scene of a consent's name."""
    return int(name.rpartition("#")[2])


def _held(patron_id: int, template: str) -> list[str]:
    rows = WechatConsent.objects.filter(
        patron_id=patron_id, template_id__startswith=f"{template}#", count__gt=0
    )
    return list(rows.order_by("id").values_list("template_id", flat=True))


def _identities(patron_id: int, service: GatewayView) -> "QuerySet[WechatIdentity]":
    mine = Patron.objects.filter(pk=patron_id, account__isnull=False)
    return WechatIdentity.objects.filter(
        account_id__in=list(mine.values_list("account_id", flat=True)),
        app_id=str(service.settings.get("app_id", "")),
    )


def _refused(desk: Desk, reason: Literal["not_offered", "other_wechat"]) -> NotAllowed:
    note(Note(outcome="refused", patron_id=desk.patron_id, reasons=(reason,)))
    return NotAllowed(reason=reason)
