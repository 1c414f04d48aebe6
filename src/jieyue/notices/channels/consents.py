"""How many WeChat messages readers still allow (订阅消息): counted, spent, given back.

A tap allows one message of a template. One is taken before a message goes, so that two at once
never spend the same; it is given back when WeChat did not take the message. What is less grave
leaves the last one of a template to what is more so.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import F, Q

from jieyue.accounts.models import WechatIdentity
from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.gateways import gateway
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.models import DeadAddress, WechatConsent
from jieyue.notices.rules.kinds import gravity
from jieyue.patrons.models import Patron

MOST: Final = 50  # consents of one template kept for one reader; a page cannot make more up
ANSWERS: Final = frozenset({"accept", "reject", "ban", "filter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the reader allows now, by template."""

    type: Literal["counted"] = "counted"
    accepted: int
    refused: int


@action(needs=None)
def count_consents(desk: Desk, *, answers: dict[str, str]) -> Counted:
    """Count what a reader tapped: WeChat's answer by template id, unknown templates left out.

    `accept` adds one; `ban` and `reject` add none, and `ban` takes back what was allowed.
    """
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    known = _templates()
    given = {
        template: said
        for template, said in answers.items()
        if template in known and said in ANSWERS
    }
    for template, said in sorted(given.items()):
        row, _ = WechatConsent.objects.get_or_create(
            library_id=desk.library_id,
            patron_id=desk.patron_id,
            template_id=template,
            defaults={"changed_at": desk.now},
        )
        mine = WechatConsent.objects.filter(pk=row.pk)
        if said == "accept":
            lasting = known[template]
            mine.filter(count__lt=MOST).update(
                count=F("count") + 1, is_lasting=lasting, changed_at=desk.now
            )
        elif said == "ban":
            mine.update(count=0, is_lasting=False, changed_at=desk.now)
    note(Note(patron_id=desk.patron_id))
    accepted = sum(said == "accept" for said in given.values())
    return Counted(accepted=accepted, refused=len(given) - accepted)


def consents_of(patron_id: int) -> dict[str, int]:
    """Return how many messages a reader still allows, by template id. One statement."""
    rows = WechatConsent.objects.filter(patron_id=patron_id)
    return dict(rows.values_list("template_id", "count"))


def templates_to_ask(settings: Mapping[str, Any], most: int = 3) -> list[str]:
    """Return the template ids a page asks for in one tap, the gravest first; WeChat allows 3."""
    kinds = sorted(settings.get("templates") or {}, key=gravity)
    ids = [str(text["code"]) for kind in kinds for text in settings["templates"][kind].values()]
    return list(dict.fromkeys(ids))[:most]


def wechat_addresses(patron_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the WeChat of readers who still allow a message. Four statements."""
    service = gateway("wechat")
    if service is None:
        return {}
    allowing = WechatConsent.objects.filter(Q(count__gt=0) | Q(is_lasting=True))
    patrons = dict(
        Patron.objects.filter(pk__in=patron_ids, account__isnull=False)
        .filter(pk__in=allowing.filter(patron_id__in=patron_ids).values("patron_id"))
        .values_list("pk", "account_id")
    )
    dead = set(DeadAddress.objects.filter(channel="wechat").values_list("address_hash", flat=True))
    rows = WechatIdentity.objects.filter(
        app_id=str(service.settings.get("app_id", "")), account_id__in=set(patrons.values())
    ).order_by("last_used_at")
    openids = {row.account_id: row.openid for row in rows if keyed_hash(row.openid) not in dead}
    return {
        patron_id: (address_of(patron_id, openids[account_id]),)
        for patron_id, account_id in patrons.items()
        if account_id in openids
    }


def address_of(patron_id: int, openid: str) -> str:
    """Return a reader's WeChat as one text, for `wechat.send`."""
    return json.dumps({"patron": patron_id, "openid": openid})


def openid_of(address: str) -> str:
    """Return the openid of what `address_of` returned; anything else as it is."""
    try:
        return str(json.loads(address)["openid"])
    except (ValueError, KeyError, TypeError):
        return address


def take_one(patron_id: int, template_id: str, *, leaves: int, now: datetime) -> bool:
    """Spend one consent, leaving so many; False if there are too few. One statement."""
    mine = WechatConsent.objects.filter(patron_id=patron_id, template_id=template_id)
    if mine.filter(is_lasting=True).exists():
        return True
    return mine.filter(count__gt=leaves).update(count=F("count") - 1, changed_at=now) == 1


def give_back(patron_id: int, template_id: str, *, now: datetime) -> None:
    """Give one back: the message did not go."""
    WechatConsent.objects.filter(
        patron_id=patron_id, template_id=template_id, is_lasting=False, count__lt=MOST
    ).update(count=F("count") + 1, changed_at=now)


def none_left(patron_id: int, template_id: str, *, now: datetime) -> None:
    """Note that WeChat knows of no consent: the reader took it back there."""
    WechatConsent.objects.filter(patron_id=patron_id, template_id=template_id).update(
        count=0, is_lasting=False, changed_at=now
    )


def _templates() -> dict[str, bool]:
    """Return the library's templates, and whether each lasts (长期订阅)."""
    service = gateway("wechat")
    kinds = (service.settings.get("templates") or {}) if service else {}
    lasting = set((service.settings.get("lasting") or ()) if service else ())
    return {
        str(text["code"]): text["code"] in lasting
        for languages in kinds.values()
        for text in languages.values()
    }
