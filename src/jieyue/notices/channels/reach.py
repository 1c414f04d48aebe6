"""Where readers can be reached by each channel, and what is learnt when a message does not arrive.

An address that failed for good is remembered by its keyed hash, the one `Patron` has as well: a
changed one is alive again by itself.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import current_library_id
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved
from jieyue.notices.channels.base import Failed, Handed
from jieyue.notices.channels.consents import openid_of, wechat_addresses
from jieyue.notices.channels.subscriptions import forget_device, heard_from, push_addresses
from jieyue.notices.models import DeadAddress
from jieyue.patrons.links import guardian_phones
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.names import normal_email, normal_phone

Addresses = dict[int, tuple[str, ...]]
_NORMAL: Final[Mapping[str, Callable[[str], str]]] = {
    "email": normal_email,
    "sms": normal_phone,
    "wechat": openid_of,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadView:
    """An address of a reader at which nothing arrives. `detail` is in the service's words."""

    channel: str
    since: datetime
    code: str
    detail: str


def addresses_of(channel: str, patron_ids: Collection[int]) -> Addresses:
    """Return where these readers are reached by a channel; dead addresses left out.

    One statement (WeChat: two). Readers without an address are missing.
    """
    return _FINDERS[channel](patron_ids)


def guardians_numbers(patron_ids: Collection[int], today: date) -> Addresses:
    """Return where a guardian who is no reader is written to for a child. Three statements."""
    phones = guardian_phones(patron_ids, today)
    marks = {patron_id: keyed_hash(normal_phone(phone)) for patron_id, phone in phones.items()}
    dead = DeadAddress.objects.filter(channel="sms", address_hash__in=set(marks.values()))
    gone = set(dead.values_list("address_hash", flat=True))
    return {
        patron_id: (phone,) for patron_id, phone in phones.items() if marks[patron_id] not in gone
    }


def learn(channel: str, address: str, result: Handed | Failed, now: datetime) -> None:
    """Remember what became of a message: a device heard from, an address that is dead."""
    if channel == "push":
        if isinstance(result, Handed):
            heard_from(address, now)
        elif result.scope == "address":
            forget_device(address)
    elif isinstance(result, Failed) and result.scope == "address" and channel in _NORMAL:
        DeadAddress.objects.bulk_create(
            [
                DeadAddress(
                    library_id=current_library_id(),
                    channel=channel,
                    address_hash=keyed_hash(_NORMAL[channel](address)),
                    since=now,
                    code=result.code[:40],
                    detail=result.detail[:300],
                )
            ],
            ignore_conflicts=True,
        )


def dead_of(patron_id: int) -> list[DeadView]:
    """Return which of a reader's present addresses are dead. One statement."""
    mine = Patron.objects.filter(pk=patron_id)
    rows = DeadAddress.objects.filter(
        Q(channel="sms", address_hash__in=mine.values("phone_hash"))
        | Q(channel="email", address_hash__in=mine.values("email_hash"))
    )
    return [
        DeadView(channel=row.channel, since=row.since, code=row.code, detail=row.detail)
        for row in rows.order_by("channel")
    ]


@action(needs=Permission.PATRON_EDIT)
def revive_address(desk: Desk, *, patron: str, channel: str) -> Saved | NotSaved:
    """Try an address again that counted as dead: the mailbox is there again.

    `patron` is a public id.
    """
    row = Patron.objects.filter(public_id=patron).first()
    if row is None or channel not in {"sms", "email"}:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    hashed = row.phone_hash if channel == "sms" else row.email_hash
    both = ("sms", "phone") if channel == "sms" else (channel,)
    DeadAddress.objects.filter(channel__in=both, address_hash=hashed).delete()
    note(Note(patron_id=row.pk, data={"channel": channel}))
    return Saved()


def _alive(channel: str, column: str) -> "QuerySet[Patron]":
    dead = DeadAddress.objects.filter(channel=channel, address_hash=OuterRef(column))
    return Patron.objects.filter(~Exists(dead))


def _emails(patron_ids: Collection[int]) -> Addresses:
    rows = _alive("email", "email_hash").filter(pk__in=patron_ids)
    return {row.pk: (row.email,) for row in rows.only("id", "email") if row.email}


def _phones(patron_ids: Collection[int]) -> Addresses:
    rows = _alive("sms", "phone_hash").filter(pk__in=patron_ids)
    return {row.pk: (row.phone,) for row in rows.only("id", "phone") if row.phone}


_FINDERS: Final[Mapping[str, Callable[[Collection[int]], Addresses]]] = {
    "email": _emails,
    "sms": _phones,
    "push": push_addresses,
    "wechat": wechat_addresses,
}
