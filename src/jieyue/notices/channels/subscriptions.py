"""A reader's devices that show their messages: agreeing, taking it back, and forgetting."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.channels.letters import one_line
from jieyue.notices.channels.push import Device, address_of, device_of
from jieyue.notices.models import PushSubscription

MAX_DEVICES: Final = 8  # of one reader; the one heard from longest ago makes room
MAX_DEVICE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A device of a reader, as they would know it."""

    public_id: str
    device: str
    created_at: datetime
    last_ok_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """This device shows the reader's messages from now on."""

    type: Literal["subscribed"] = "subscribed"
    device: str  # public id


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSubscribed:
    """The browser's words are no subscription."""

    type: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribed:
    """The device shows nothing of the reader's any more; `was_there` if it did before."""

    type: Literal["unsubscribed"] = "unsubscribed"
    was_there: bool


@action(needs=None)
def subscribe_device(
    desk: Desk, *, endpoint: str, p256dh: str, auth: str, device: str
) -> Subscribed | NotSubscribed:
    """Show the reader's messages on this device. Saying it again renews the browser's keys.

    Whoever had agreed on it before is shown nothing there any more.
    """
    patron_id = _reader(desk)
    given = Device(endpoint, p256dh, auth)
    if device_of(address_of(given)) is None:
        note(Note(patron_id=patron_id, outcome="refused", reasons=("bad_subscription",)))
        return NotSubscribed()
    values = {
        "patron_id": patron_id,
        "endpoint": endpoint,
        "keys": json.dumps({"p256dh": p256dh, "auth": auth}),
        "device": one_line(device, MAX_DEVICE),
        "created_at": desk.now,
        "last_ok_at": None,
    }
    hashed = keyed_hash(endpoint)
    row = PushSubscription.objects.filter(endpoint_hash=hashed).first()
    if row is None:
        row = PushSubscription.objects.create(
            library_id=desk.library_id, public_id=public_id(), endpoint_hash=hashed, **values
        )
        _make_room(patron_id)
    else:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
    note(Note(patron_id=patron_id))
    return Subscribed(device=row.public_id)


@action(needs=None)
def unsubscribe_device(desk: Desk, *, device: str = "", endpoint: str = "") -> Unsubscribed:
    """Show nothing of the reader's on a device of theirs: by its public id or its endpoint."""
    patron_id = _reader(desk)
    mine = PushSubscription.objects.filter(patron_id=patron_id)
    named = mine.filter(public_id=device) if device else mine.filter(endpoint_hash=_hash(endpoint))
    count, _ = named.delete()
    note(Note(patron_id=patron_id))
    return Unsubscribed(was_there=count > 0)


def devices_of(patron_id: int) -> list[DeviceView]:
    """Return a reader's devices, newest first. One statement."""
    return [
        DeviceView(
            public_id=row.public_id,
            device=row.device,
            created_at=row.created_at,
            last_ok_at=row.last_ok_at,
        )
        for row in PushSubscription.objects.filter(patron_id=patron_id).order_by("-id")
    ]


def push_addresses(patron_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return what `push.send` takes for the devices of these readers. One statement."""
    found: dict[int, tuple[str, ...]] = {}
    rows = PushSubscription.objects.filter(patron_id__in=patron_ids).order_by("id")
    for row in rows:
        keys = json.loads(row.keys)
        address = address_of(Device(row.endpoint, keys["p256dh"], keys["auth"]))
        found[row.patron_id] = (*found.get(row.patron_id, ()), address)
    return found


def heard_from(address: str, now: datetime) -> None:
    """Note that a push service took a message for this device."""
    _rows(address).update(last_ok_at=now)


def forget_device(address: str) -> None:
    """Forget a device that is gone; it comes back when the reader asks again."""
    _rows(address).delete()


def forget_devices_of(account_id: int) -> int:
    """Show nothing of an account's readers here on any device: one of them is lost, or not theirs.

    Returns how many there were.
    """
    return PushSubscription.objects.filter(patron__account_id=account_id).delete()[0]


def _rows(address: str) -> Any:
    device = device_of(address)
    hashed = _hash(device.endpoint if device else json.loads(address).get("endpoint", ""))
    return PushSubscription.objects.filter(endpoint_hash=hashed)


def _hash(endpoint: str) -> str:
    return keyed_hash(endpoint) or "-"


def _reader(desk: Desk) -> int:
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    return desk.patron_id


def _make_room(patron_id: int) -> None:
    kept = PushSubscription.objects.filter(patron_id=patron_id).order_by("-id")
    extra = list(kept.values_list("pk", flat=True)[MAX_DEVICES:])
    if extra:
        PushSubscription.objects.filter(pk__in=extra).delete()
