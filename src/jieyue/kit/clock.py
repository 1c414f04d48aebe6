"""The clock. Doors read it once, into `desk.now`; nothing below a door looks at it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment as an aware datetime in UTC."""
    return datetime.now(UTC)
