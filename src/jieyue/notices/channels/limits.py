"""How many messages may still go by a service: today, and for this month's money.

Counted from what has gone; nothing is kept that could drift. One-time codes count as long as they
are kept, which is two days: in the day's number always, in the month's money only then.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from jieyue.libraries.gateways import GatewayView
from jieyue.libraries.rules.calendars import start_of_day
from jieyue.notices.models import Delivery, TeacherDigest
from jieyue.patrons.models import OneTimeCode

# Messages a second, below what each provider allows one account.
PER_SECOND: Final = {"smtp": 20, "http": 5, "aliyun": 20, "tencent": 20}
OTHERS_PER_SECOND: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What has gone by a service today and this month (local days), codes included."""

    today: int
    this_month: int
    month_cents: int


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What may still go; None: no limit. Take from it before each message."""

    messages: int | None
    cents: int | None

    def take(self, cost_cents: int) -> bool:
        """Take one message of this price; False, and nothing taken, if there is not enough."""
        if self.messages is not None and self.messages < 1:
            return False
        if self.cents is not None and self.cents < cost_cents:
            return False
        if self.messages is not None:
            self.messages -= 1
        if self.cents is not None:
            self.cents -= cost_cents
        return True

    def is_used_up(self, cost_cents: int) -> bool:
        """Say whether not even one message of this price may go."""
        return (self.messages is not None and self.messages < 1) or (
            self.cents is not None and self.cents < max(cost_cents, 1)
        )


def spent(service: GatewayView, now: datetime, zone: ZoneInfo) -> Spent:
    """Return what has gone by a service. Two statements, three for e-mail."""
    today = now.astimezone(zone).date()
    day, month = start_of_day(today, zone), start_of_day(today.replace(day=1), zone)
    gone = Delivery.objects.filter(
        channel=service.kind, state=Delivery.State.HANDED, ended_at__gte=month
    ).aggregate(
        today=Count("pk", filter=Q(ended_at__gte=day)), month=Count("pk"), cents=Sum("cost_cents")
    )
    codes = OneTimeCode.objects.filter(
        way=service.kind, state=OneTimeCode.State.SENT, created_at__gte=month
    ).aggregate(today=Count("pk", filter=Q(created_at__gte=day)), month=Count("pk"))
    weekly = _to_teachers(service, day, month)
    others = {name: codes[name] + weekly[name] for name in ("today", "month")}
    return Spent(
        today=gone["today"] + others["today"],
        this_month=gone["month"] + others["month"],
        month_cents=(gone["cents"] or 0) + others["month"] * service.cost_cents,
    )


def _to_teachers(service: GatewayView, day: datetime, month: datetime) -> dict[str, int]:
    """Return how many weekly messages to class teachers went; they go by e-mail only."""
    if service.kind != "email":
        return {"today": 0, "month": 0}
    rows = TeacherDigest.objects.filter(
        created_at__gte=month - timedelta(days=2), state=TeacherDigest.State.HANDED,
        ended_at__gte=month,
    )  # fmt: skip
    return rows.aggregate(today=Count("pk", filter=Q(ended_at__gte=day)), month=Count("pk"))


def allowance(service: GatewayView, now: datetime, zone: ZoneInfo) -> Allowance:
    """Return what may still go by a service. As `spent`; none where nothing is limited."""
    if service.daily_limit is None and service.monthly_cents is None:
        return Allowance(messages=None, cents=None)
    gone = spent(service, now, zone)
    return Allowance(
        messages=None if service.daily_limit is None else max(service.daily_limit - gone.today, 0),
        cents=(
            None
            if service.monthly_cents is None
            else max(service.monthly_cents - gone.month_cents, 0)
        ),
    )


class Pace:
    """Waits between messages so that a provider is not asked too often in a second."""

    def __init__(
        self,
        service: GatewayView,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing has gone yet."""
        self._gap = 1.0 / PER_SECOND.get(service.provider, OTHERS_PER_SECOND)
        self._clock, self._sleep = clock, sleep
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next message may go."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(self._next, now) + self._gap
