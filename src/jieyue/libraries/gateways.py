"""The outside services a library reaches its readers through, as plain values.

A library without a service of its own uses the installation's, where its operator named one
(JIEYUE_SMTP_URL, JIEYUE_SMS). A practice library reaches nobody.
"""

import json
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings as installation

from jieyue.kit.scope import current_library_id
from jieyue.libraries.models import Gateway, Library

# Web Push needs no contract and no settings: every library has it.
PUSH: Final = "push"
SECURITIES: Final = {"smtps": "tls", "smtp": "starttls", "smtp+plain": "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayView:
    """A service with everything needed to use it. `settings` holds secrets: never log or show it.

    `cost_cents` is of one message; the limits are None where there are none. `sender_name` is the
    library's. `is_installation`: its operator named it, so it may stand in a private network.
    """

    kind: str
    provider: str
    settings: dict[str, Any] = field(repr=False)
    cost_cents: int = 0
    daily_limit: int | None = None
    monthly_cents: int | None = None
    sender_name: str = ""
    is_installation: bool = False


class BadGatewayError(ValueError):
    """What the operator named for everybody cannot be read. Names the variable, not its value."""


def gateways() -> dict[str, GatewayView]:
    """Return the library's services in use, by kind. Two statements.

    One the library switched off is not replaced by the installation's.
    """
    library = (
        Library.objects.filter(pk=current_library_id()).values_list("name", "practice_of").first()
    )
    if library is None or library[1] is not None:
        return {}
    rows = list(Gateway.objects.all())
    found = {
        kind: replace(view, sender_name=library[0])
        for kind, view in installation_gateways().items()
        if all(row.kind != kind for row in rows)
    }
    found[PUSH] = GatewayView(kind=PUSH, provider="webpush", settings={}, sender_name=library[0])
    return found | {
        row.kind: GatewayView(
            kind=row.kind,
            provider=row.provider,
            settings=json.loads(row.settings or "{}"),
            cost_cents=row.cost_cents,
            daily_limit=row.daily_limit,
            monthly_cents=row.monthly_cents,
            sender_name=library[0],
        )
        for row in rows
        if row.is_active
    }


def gateway(kind: str) -> GatewayView | None:
    """Return the library's service of a kind; None when it has none in use. Two statements."""
    return gateways().get(kind)


def installation_gateways() -> dict[str, GatewayView]:
    """Return what the operator named for every library without one of its own.

    Raises:
        BadGatewayError: it cannot be read.

    """
    return _installation(installation.SMTP_URL, installation.SMS_GATEWAY)


@cache
def _installation(smtp_url: str, sms: str) -> dict[str, GatewayView]:
    found = {}
    if smtp_url:
        found["email"] = _email(smtp_url)
    if sms:
        found["sms"] = _sms(sms)
    return found


def _email(url: str) -> GatewayView:
    """Read `smtps://user:password@host:465/?from=library@example.org&daily_limit=500`."""
    try:
        parts = urlsplit(url)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme not in SECURITIES or not parts.hostname or "@" not in query["from"]:
            raise BadGatewayError("JIEYUE_SMTP_URL")
        return GatewayView(
            kind="email",
            provider="smtp",
            settings={
                "host": parts.hostname,
                "port": parts.port or 0,
                "security": SECURITIES[parts.scheme],
                "user": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                "sender": query["from"],
            },
            daily_limit=_number(query.get("daily_limit")),
            is_installation=True,
        )
    except (ValueError, KeyError):
        raise BadGatewayError("JIEYUE_SMTP_URL") from None


def _sms(text: str) -> GatewayView:
    """Read `{"provider": "aliyun", "settings": {…}, "cost_cents": 5, "daily_limit": 200}`."""
    try:
        given = json.loads(text)
        return GatewayView(
            kind="sms",
            provider=str(given["provider"]),
            settings=dict(given["settings"]),
            cost_cents=int(given.get("cost_cents") or 0),
            daily_limit=_number(given.get("daily_limit")),
            monthly_cents=_number(given.get("monthly_cents")),
            is_installation=True,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadGatewayError("JIEYUE_SMS") from None


def _number(value: Any) -> int | None:
    return None if value in (None, "") else int(value)
