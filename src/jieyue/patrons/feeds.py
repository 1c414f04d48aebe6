"""The secret address of a reader's calendar: made, shown again, made anew, ended."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import CalendarFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChanged:
    """The address is made (anew), or there is none any more. The token itself is read apart."""

    type: Literal["feed_changed"] = "feed_changed"
    is_open: bool


@action(needs=Permission.OWN_LOANS)
def open_feed(desk: Desk) -> FeedChanged:
    """Make the address; one there is already ends, so that whoever has it reads nothing more."""
    patron_id = _own(desk)
    token = secrets.token_urlsafe(24)
    CalendarFeed.objects.update_or_create(
        library_id=desk.library_id,
        patron_id=patron_id,
        defaults={"token": token, "token_hash": _hash(token), "created_at": desk.now},
    )
    note(Note(patron_id=patron_id))
    return FeedChanged(is_open=True)


@action(needs=Permission.OWN_LOANS)
def close_feed(desk: Desk) -> FeedChanged:
    """End the address."""
    patron_id = _own(desk)
    CalendarFeed.objects.filter(patron_id=patron_id).delete()
    note(Note(patron_id=patron_id))
    return FeedChanged(is_open=False)


def feed_token(patron_id: int) -> str:
    """Return the token of a reader's calendar; "" without one. One statement."""
    found = CalendarFeed.objects.filter(patron_id=patron_id).first()
    return found.token if found is not None else ""


def feed_reader(token: str) -> int | None:
    """Return whose calendar it is (row id), if it is one of the library in scope."""
    found = CalendarFeed.objects.filter(token_hash=_hash(token[:100]))
    reader: int | None = found.values_list("patron_id", flat=True).first()
    return reader


def has_feeds(patron_ids: Iterable[int]) -> bool:
    """Say whether any of the readers (row ids) has an address. One statement."""
    return CalendarFeed.objects.filter(patron_id__in=list(patron_ids)).exists()


def end_feed(patron_id: int) -> int:
    """End a reader's address inside another change. Returns how many. One statement."""
    return CalendarFeed.objects.filter(patron_id=patron_id).delete()[0]


def _own(desk: Desk) -> int:
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    return desk.patron_id


def _hash(token: str) -> str:
    return keyed_hash(f"calendar:{token}")
