"""Announcements: those readers see now, and all of them for staff."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from jieyue.community.models import Announcement
from jieyue.community.rules.texts import Piece, paragraphs
from jieyue.libraries.desk import Desk

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementView:
    """An announcement. `state`: draft, coming, shown, over or ended."""

    public_id: str
    name: str
    text: str
    branch: str
    branch_code: str
    starts_on: date
    ends_on: date | None
    is_pinned: bool
    state: str
    published_at: datetime | None

    @property
    def paragraphs(self) -> list[list[list[Piece]]]:
        """The text, ready to be drawn."""
        return paragraphs(self.text)


def announcements_now(today: date, *, limit: int = PAGE) -> list[AnnouncementView]:
    """Return what readers are told today, pinned first, then the newest. One statement."""
    shown = Announcement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        published_at__isnull=False, ended_at=None, starts_on__lte=today,
    )  # fmt: skip
    return _views(shown.order_by("-is_pinned", "-starts_on", "-id")[:limit], today)


def announcement_now(public_id: str, today: date) -> AnnouncementView | None:
    """Return one if readers may see it: from its first day on, also when it is over."""
    found = Announcement.objects.filter(
        public_id=public_id, published_at__isnull=False, starts_on__lte=today
    )
    return next(iter(_views(found[:1], today)), None)


def all_announcements(desk: Desk, *, limit: int = PAGE, offset: int = 0) -> list[AnnouncementView]:
    """Return all of them for staff, the newest first. One statement."""
    found = Announcement.objects.filter(_within(desk)).order_by("-created_at", "-id")
    return _views(found[offset : offset + limit], desk.today)


def announcement_by_id(desk: Desk, public_id: str) -> AnnouncementView | None:
    """Return one for staff; None at another branch. One statement."""
    found = Announcement.objects.filter(_within(desk), public_id=public_id)
    return next(iter(_views(found[:1], desk.today)), None)


def _within(desk: Desk) -> Q:
    return Q() if desk.branch_ids is None else Q(branch_id__in=desk.branch_ids)


def _views(found: "QuerySet[Announcement]", today: date) -> list[AnnouncementView]:
    return [_view(row, today) for row in found.select_related("branch")]


def _view(row: Any, today: date) -> AnnouncementView:
    if row.ended_at is not None:
        state = "ended"
    elif row.published_at is None:
        state = "draft"
    elif row.starts_on > today:
        state = "coming"
    else:
        state = "shown" if row.ends_on is None or row.ends_on >= today else "over"
    return AnnouncementView(
        public_id=row.public_id,
        name=row.name,
        text=row.text,
        branch=row.branch.name if row.branch else "",
        branch_code=row.branch.code if row.branch else "",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_pinned=row.is_pinned,
        state=state,
        published_at=row.published_at,
    )
