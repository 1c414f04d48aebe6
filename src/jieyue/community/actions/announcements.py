"""Announcements: written, published, ended."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved, against, done, refused
from jieyue.community.models import Announcement
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.limits import MAX_NAME, MAX_TEXT
from jieyue.community.rules.texts import one_line, tidy
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.changes import FIRST_DAY, LAST_DAY
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What an announcement says. `branch` is a code, empty for all; `ends_on` its last day."""

    name: str
    text: str
    starts_on: date
    ends_on: date | None = None
    branch: str = ""
    is_pinned: bool = False


@action(needs=Permission.MESSAGES)
def write_announcement(
    desk: Desk, *, news: News, announcement: str = ""
) -> VoiceSaved | VoiceRefused:
    """Write a new draft, or change one (public id), published or not."""
    row = None
    if announcement:
        row = _mine(desk, announcement)
        if row is None:
            return against(VoiceFault.UNKNOWN)
        if row.ended_at is not None:
            return against(VoiceFault.ENDED_ALREADY)
    place = Branch.objects.filter(code=news.branch).first() if news.branch else None
    faults = _faults(news)
    if news.branch and place is None:
        faults.append(Fault(VoiceFault.BRANCH_UNKNOWN, "branch"))
    if faults:
        return refused(*faults)
    need_branch(desk, place.pk if place else None)
    values: dict[str, Any] = {
        "name": one_line(news.name),
        "text": tidy(news.text),
        "branch": place,
        "starts_on": news.starts_on,
        "ends_on": news.ends_on,
        "is_pinned": news.is_pinned,
    }
    if row is not None:
        Announcement.objects.filter(pk=row.pk).update(**values)
        return done(row.public_id)
    made = Announcement.objects.create(
        library_id=desk.library_id, public_id=public_id(), created_at=desk.now, **values
    )
    return done(made.public_id, "draft")


def _faults(news: News) -> list[Fault]:
    faults = []
    if not one_line(news.name):
        faults.append(Fault(VoiceFault.NAME_MISSING, "name"))
    for name, given, most in (("name", news.name, MAX_NAME), ("text", news.text, MAX_TEXT)):
        if len(given) > most:
            faults.append(Fault(VoiceFault.TOO_LONG, name, str(most)))
    days = [news.starts_on, *([news.ends_on] if news.ends_on else [])]
    if any(not FIRST_DAY <= day <= LAST_DAY for day in days):
        faults.append(Fault(VoiceFault.DAY_TOO_FAR, "starts_on"))
    if news.ends_on is not None and news.ends_on < news.starts_on:
        faults.append(Fault(VoiceFault.ENDS_BEFORE_START, "ends_on"))
    return faults


@action(needs=Permission.MESSAGES)
def publish_announcement(desk: Desk, *, announcement: str) -> VoiceSaved | VoiceRefused:
    """Let readers see it, from its first day on."""
    row = _mine(desk, announcement)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    if row.published_at is not None:
        return against(VoiceFault.PUBLISHED_ALREADY)
    if row.ends_on is not None and row.ends_on < desk.today:
        return against(VoiceFault.TIME_PAST, "ends_on")
    Announcement.objects.filter(pk=row.pk).update(published_at=desk.now)
    return done(announcement, "published")


@action(needs=Permission.MESSAGES)
def end_announcement(desk: Desk, *, announcement: str) -> VoiceSaved | VoiceRefused:
    """Take it away from readers now; a draft is thrown away."""
    row = _mine(desk, announcement)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    if row.ended_at is not None:
        return against(VoiceFault.ENDED_ALREADY)
    if row.published_at is None:
        Announcement.objects.filter(pk=row.pk).delete()
        return done(announcement, "removed")
    Announcement.objects.filter(pk=row.pk).update(ended_at=desk.now, is_pinned=False)
    return done(announcement, "ended")


def _mine(desk: Desk, announcement: str) -> Any:
    row = lock_one(Announcement.objects.filter(public_id=announcement))
    if row is not None:
        need_branch(desk, row.branch_id)
    return row
