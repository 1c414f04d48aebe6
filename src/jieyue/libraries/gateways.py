"""The outside services a library reaches its readers through, as plain values."""

import json
from dataclasses import dataclass, field
from typing import Any

from jieyue.libraries.models import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """A service with everything needed to use it. `settings` holds secrets: never log or show it.

    `cost_cents` is of one message; the limits are None where there are none.
    """

    kind: str
    provider: str
    settings: dict[str, Any] = field(repr=False)
    cost_cents: int = 0
    daily_limit: int | None = None
    monthly_cents: int | None = None


def gateways() -> dict[str, GatewayView]:
    """Return the library's services in use, by kind. One statement."""
    return {
        row.kind: GatewayView(
            kind=row.kind,
            provider=row.provider,
            settings=json.loads(row.settings or "{}"),
            cost_cents=row.cost_cents,
            daily_limit=row.daily_limit,
            monthly_cents=row.monthly_cents,
        )
        for row in Gateway.objects.filter(is_active=True)
    }


def gateway(kind: str) -> GatewayView | None:
    """Return the library's service of a kind; None when it has none in use. One statement."""
    return gateways().get(kind)
