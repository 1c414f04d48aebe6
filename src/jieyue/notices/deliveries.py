"""What became of messages, for staff, for the reader, and for programs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef

from jieyue.catalog.models import Title
from jieyue.libraries.rules.calendars import days_between
from jieyue.notices.models import Delivery, DeliveryNotice, Notice
from jieyue.notices.rules.kinds import HAND_WAYS

# What staff have to see to, what is on its way, what is done: the tabs of the list.
TROUBLE: Final = (Delivery.State.UNREACHED.value, Delivery.State.GIVEN_UP.value)
PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """A message with what became of it. Moments are aware UTC; ids are public ones.

    `due_at`: when it is tried next, None once it ended or where there is no way.
    `passed_over` says of channels why they were not taken. `sheet`: the class sheet it stands on.
    """

    public_id: str
    patron: str
    patron_name: str
    channel: str
    state: str
    kinds: tuple[str, ...]
    titles: tuple[str, ...]
    code: str
    detail: str
    attempts: int
    cost_cents: int
    passed_over: dict[str, str]
    sheet: str
    created_at: datetime
    due_at: datetime | None
    ended_at: datetime | None

    @property
    def is_trouble(self) -> bool:
        """Say whether somebody has to see to it."""
        return self.state in TROUBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which messages are asked for; empty values mean all. `branch_ids`: of readers of these."""

    states: tuple[str, ...] = ()
    kind: str = ""
    channel: str = ""
    on: date | None = None
    patron: str = ""  # public id
    branch_ids: frozenset[int] | None = None


def deliveries(
    wanted: DeliveryFilter, *, zone: ZoneInfo, limit: int = PAGE, offset: int = 0
) -> list[DeliveryView]:
    """Return messages, newest first. Three statements."""
    rows = _rows(wanted, zone).select_related("patron").order_by("-created_at", "-id")
    return _views(list(rows[offset : offset + limit]))


def deliveries_of(patron_id: int, *, limit: int = 10) -> list[DeliveryView]:
    """Return a reader's latest messages, newest first. Three statements."""
    rows = Delivery.objects.filter(patron_id=patron_id).select_related("patron")
    return _views(list(rows.order_by("-created_at", "-id")[:limit]))


@dataclass(frozen=True, slots=True)
class Went:
    """By which channel a notice went, what became of it, and when; the last message with it."""

    channel: str
    state: str
    ended_at: datetime | None


def channels_of_notices(notice_ids: Iterable[str]) -> dict[str, Went]:
    """Return for notices (public ids) what became of the last message with each. One statement."""
    links = DeliveryNotice.objects.filter(notice__public_id__in=list(notice_ids))
    rows = links.order_by("delivery_id").values_list(
        "notice__public_id", "delivery__channel", "delivery__state", "delivery__ended_at"
    )
    return {notice: Went(channel, state, ended_at) for notice, channel, state, ended_at in rows}


def trouble_count(branch_ids: frozenset[int] | None) -> int:
    """Return how many messages somebody has to see to. One statement."""
    rows = Delivery.objects.filter(state__in=TROUBLE)
    if branch_ids is not None:
        rows = rows.filter(patron__branch_id__in=branch_ids)
    count: int = rows.count()
    return count


def waiting_by_hand(branch_ids: frozenset[int] | None) -> dict[str, int]:
    """Return how many readers wait for a class sheet or a call, by channel. One statement."""
    rows = Delivery.objects.filter(channel__in=HAND_WAYS, ended_at=None, reference="")
    if branch_ids is not None:
        rows = rows.filter(patron__branch_id__in=branch_ids)
    counted = rows.order_by().values("channel").annotate(n=Count("patron_id", distinct=True))
    return {row["channel"]: row["n"] for row in counted}


def _rows(wanted: DeliveryFilter, zone: ZoneInfo) -> Any:
    rows = Delivery.objects.all()
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.channel:
        rows = rows.filter(channel=wanted.channel)
    if wanted.on is not None:
        start, end = days_between(wanted.on, wanted.on, zone)
        rows = rows.filter(created_at__gte=start, created_at__lt=end)
    if wanted.patron:
        rows = rows.filter(patron__public_id=wanted.patron)
    if wanted.branch_ids is not None:
        rows = rows.filter(patron__branch_id__in=wanted.branch_ids)
    if wanted.kind:
        carries = DeliveryNotice.objects.filter(
            delivery_id=OuterRef("pk"), notice__kind=wanted.kind
        )
        rows = rows.filter(Exists(carries))
    return rows


def _views(rows: list[Delivery]) -> list[DeliveryView]:
    notices: dict[int, list[Notice]] = {}
    links = DeliveryNotice.objects.filter(delivery__in=[row.pk for row in rows])
    # Sorted here: in the order of the index on notices SQLite reads all that were ever sent.
    for link in sorted(links.select_related("notice"), key=lambda link: link.notice_id):
        notices.setdefault(link.delivery_id, []).append(link.notice)
    named = {n.facts.get("title", "") for found in notices.values() for n in found}
    titles = dict(Title.objects.filter(public_id__in=named).values_list("public_id", "name"))
    return [_view(row, notices.get(row.pk, []), titles) for row in rows]


def _view(row: Delivery, carried: list[Notice], titles: dict[str, str]) -> DeliveryView:
    names = [titles[key] for n in carried if (key := n.facts.get("title", "")) in titles]
    return DeliveryView(
        public_id=row.public_id,
        patron=row.patron.public_id,
        patron_name=row.patron.name,
        channel=row.channel,
        state=row.state,
        kinds=tuple(dict.fromkeys(notice.kind for notice in carried)),
        titles=tuple(dict.fromkeys(names)),
        code=row.code,
        detail=row.detail,
        attempts=row.attempts,
        cost_cents=row.cost_cents,
        passed_over=row.passed_over,
        sheet=row.reference if row.channel == "paper" else "",
        created_at=row.created_at,
        due_at=row.due_at if row.ended_at is None else None,
        ended_at=row.ended_at,
    )
