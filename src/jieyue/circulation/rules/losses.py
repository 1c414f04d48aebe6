"""What a lost book costs, when it counts as lost by itself, and what is due back when found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.policies import Terms

MAX_COST_CENTS: Final = 10_000_000  # 100,000 yuan is a typing mistake
CLAIMS_OF_OWN: Final = 3  # a year; more of them a reader makes at the desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a loss costs (fen), and what the figure was made of: kept with the assessment."""

    cents: int
    price_cents: int | None
    percent: int
    fee_cents: int
    is_said: bool  # staff said the actual cost
    refund_days: int

    def kept(self) -> dict[str, Any]:
        """Return the inputs as plain values."""
        return {
            "price_cents": self.price_cents,
            "percent": self.percent,
            "fee_cents": self.fee_cents,
            "is_said": self.is_said,
            "refund_days": self.refund_days,
        }


def lost_cost(
    price_cents: int | None, terms: Terms, *, said_cents: int | None = None
) -> Cost | None:
    """Return what a lost copy costs: a share of its price and the fee, or what staff say.

    Half a fen is charged as one. None: no price is known, so staff must say.
    """
    cents = said_cents
    if cents is None and (price_cents is not None or not terms.lost_percent):
        share = ((price_cents or 0) * terms.lost_percent + 50) // 100
        cents = share + terms.lost_fee_cents
    if cents is None:
        return None
    return Cost(
        cents=cents,
        price_cents=price_cents,
        percent=terms.lost_percent,
        fee_cents=terms.lost_fee_cents,
        is_said=said_cents is not None,
        refund_days=terms.lost_refund_days,
    )


def counts_as_lost_at(due_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return when a loan counts as lost by itself (UTC): `days` local days late, at that hour.

    It does not depend on when somebody looks, so a night that was missed changes no fine.
    """
    local = due_at.astimezone(zone)
    day: date = local.date() + timedelta(days=days)
    return datetime.combine(day, local.timetz().replace(tzinfo=None), zone).astimezone(UTC)


def refund_due(
    payments: Iterable[tuple[int, datetime]], *, paid_cents: int, refund_days: int, now: datetime
) -> int:
    """Return what is due back (fen) of what was paid for a loss when the copy is found `now`.

    `payments` are (fen, when); only those of the last `refund_days` count (0: none), and never
    more than `paid_cents`, which is what was paid and not given back yet.
    """
    since = now - timedelta(days=refund_days)
    within = sum(cents for cents, at in payments if at >= since) if refund_days else 0
    return max(0, min(within, paid_cents))
