"""Money is integer fen (cents); these two functions are the only ways in and out."""

from decimal import Decimal, InvalidOperation

MAX_CENTS = 10**10  # 100 million yuan: more is a typing mistake


def yuan(cents: int) -> str:
    """Return `1280` as `12.80`, `-5` as `-0.05`."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def cents_of(text: str) -> int | None:
    """Return the fen of a typed amount in yuan such as `12.8` or `¥12`; None if it is not one."""
    cleaned = text.strip().lstrip("¥￥").rstrip("元").replace(",", "").strip()
    try:
        value = Decimal(cleaned) * 100
        if not value.is_finite() or value != value.to_integral_value() or abs(value) > MAX_CENTS:
            return None
    except InvalidOperation:
        return None
    return int(value)
