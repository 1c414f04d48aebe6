"""Messages to groups as staff see them, with what came of them; and as a reader opens one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jieyue.circulation.models import Loan
from jieyue.community.models import GroupMessage, MessageRecipient
from jieyue.community.rules.audience import Audience, audience_of
from jieyue.community.rules.texts import Piece, paragraphs
from jieyue.kit.scope import current_library_id
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import staff_names
from jieyue.notices.models import DeliveryNotice

PAGE: Final = 40
BORROWED_WITHIN: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message and how far its sending is."""

    public_id: str
    name: str
    text: str
    branch: str
    branch_id: int | None
    branch_code: str
    audience: Audience
    state: str
    send_at: datetime | None
    matched: int
    without_consent: int
    over_limit: int
    sent: int
    written_by: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def paragraphs(self) -> list[list[list[Piece]]]:
        """The text, ready to be drawn."""
        return paragraphs(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameOf:
    """What came of a message: readers it was for, and how many of them did what."""

    sent: int
    delivered: int  # handed to a channel that leads out of the house
    opened: int
    borrowed: int  # within 14 days
    left: int  # want no more messages since


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedView:
    """A message as the reader it was for sees it."""

    public_id: str
    name: str
    paragraphs: list[list[list[Piece]]]
    at: datetime
    has_left: bool


def group_messages(desk: Desk, *, limit: int = PAGE, offset: int = 0) -> list[MessageView]:
    """Return messages for staff, the newest first. Two statements."""
    found = GroupMessage.objects.filter(_within(desk)).order_by("-created_at", "-id")
    return _views(found[offset : offset + limit])


def message_by_id(desk: Desk, public_id: str) -> MessageView | None:
    """Return one for staff; None at another branch. Two statements."""
    found = GroupMessage.objects.filter(_within(desk), public_id=public_id)
    return next(iter(_views(found[:1])), None)


def came_of(message: str) -> CameOf:
    """Return what came of a message. Two statements."""
    asked = MessageRecipient.objects.filter(message__public_id=message)
    loans = Loan.objects.filter(
        library_id=current_library_id(), patron_id=OuterRef("patron_id"),
        lent_at__gt=OuterRef("at"), lent_at__lte=OuterRef("at") + BORROWED_WITHIN,
    )  # fmt: skip
    counted = asked.annotate(borrows=Exists(loans)).aggregate(
        sent=Count("pk"),
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        left=Count("pk", filter=Q(unsubscribed_at__isnull=False)),
        borrowed=Count("pk", filter=Q(borrows=True)),
    )
    handed = DeliveryNotice.objects.filter(
        notice__kind="message", notice__about__in=asked.values("public_id"),
        delivery__state="handed",
    )  # fmt: skip
    delivered = handed.values("notice_id").distinct().count()
    return CameOf(delivered=delivered, **counted)


def received(public_id: str, patron_id: int) -> ReceivedView | None:
    """Return a message for the reader it was for. One statement."""
    asked = MessageRecipient.objects.select_related("message")
    row = asked.filter(public_id=public_id, patron_id=patron_id).first()
    if row is None:
        return None
    return ReceivedView(
        public_id=row.public_id,
        name=row.message.name,
        paragraphs=paragraphs(row.message.text),
        at=row.at,
        has_left=row.unsubscribed_at is not None,
    )


def _within(desk: Desk) -> Q:
    return Q() if desk.branch_ids is None else Q(branch_id__in=desk.branch_ids)


def _views(found: "QuerySet[GroupMessage]") -> list[MessageView]:
    rows: list[Any] = list(found.select_related("branch"))
    names = staff_names(row.created_by_id for row in rows)
    return [
        MessageView(
            public_id=row.public_id,
            name=row.name,
            text=row.text,
            branch=row.branch.name if row.branch else "",
            branch_id=row.branch_id,
            branch_code=row.branch.code if row.branch else "",
            audience=audience_of(row.filters),
            state=row.state,
            send_at=row.send_at,
            matched=row.matched,
            without_consent=row.without_consent,
            over_limit=row.over_limit,
            sent=row.sent,
            written_by=names.get(row.created_by_id or 0, ""),
            created_at=row.created_at,
            finished_at=row.finished_at,
        )
        for row in rows
    ]
