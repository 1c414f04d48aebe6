"""What readers want of our messages: set by themselves, or by the link in a mail."""

from dataclasses import dataclass
from datetime import time
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.composing import LANGUAGES
from jieyue.notices.models import Notice, NoticePreference
from jieyue.notices.rules.kinds import ALL_WAYS, ALWAYS
from jieyue.notices.unsubscribing import leaver_of
from jieyue.patrons.models import Patron

MAY_BE_OFF: Final = tuple(kind for kind in Notice.Kind.values if kind not in ALWAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesSet:
    """The reader's own rules hold from now on, for what waits already, too."""

    type: Literal["wishes_set"] = "wishes_set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The reader gets no more messages by the channel; None: the link is not one of ours."""

    type: Literal["left"] = "left"
    channel: str | None


@action(needs=None)
def set_wishes(
    desk: Desk,
    *,
    order: tuple[str, ...],
    off_channels: tuple[str, ...],
    off_kinds: tuple[str, ...],
    quiet_from: time | None,
    quiet_until: time | None,
    language: str,
) -> WishesSet:
    """Set what the reader at this desk wants. What they have to hear cannot be switched off."""
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    has_quiet = quiet_from is not None and quiet_until is not None
    _keep(
        desk,
        desk.patron_id,
        order=[channel for channel in dict.fromkeys(order) if channel in ALL_WAYS],
        off_channels=sorted(set(off_channels) & set(ALL_WAYS)),
        off_kinds=sorted(set(off_kinds) & set(MAY_BE_OFF)),
        quiet_from_time=quiet_from if has_quiet else None,
        quiet_until_time=quiet_until if has_quiet else None,
        language=language if language in LANGUAGES else "",
    )
    note(Note(patron_id=desk.patron_id))
    return WishesSet()


@action(needs=None)
def leave(desk: Desk, *, token: str) -> Left:
    """Stop a channel by the signed link in one of its messages; anybody who has the link may."""
    leaver = leaver_of(desk.slug, token)
    patron = Patron.objects.filter(public_id=leaver.patron).first() if leaver else None
    if leaver is None or patron is None:
        return Left(channel=None)
    row = NoticePreference.objects.filter(patron=patron).first()
    before = set(row.off_channels) if row else set()
    _keep(desk, patron.pk, off_channels=sorted(before | {leaver.channel}))
    note(Note(patron_id=patron.pk, data={"channel": leaver.channel}))
    return Left(channel=leaver.channel)


def _keep(desk: Desk, patron_id: int, **values: Any) -> None:
    NoticePreference.objects.update_or_create(
        library_id=desk.library_id,
        patron_id=patron_id,
        defaults=values | {"changed_at": desk.now},
    )
