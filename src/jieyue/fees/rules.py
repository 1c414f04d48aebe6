"""What each charge still comes to, and which charges an amount settles: oldest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class FeeFault(StrEnum):
    """Why a line was not added. Never rename one."""

    PATRON_UNKNOWN = "patron_unknown"
    CHARGE_UNKNOWN = "charge_unknown"
    AMOUNT_BAD = "amount_bad"
    REASON_MISSING = "reason_missing"
    REASON_TOO_LONG = "reason_too_long"
    METHOD_UNKNOWN = "method_unknown"
    MORE_THAN_OWED = "more_than_owed"
    MORE_THAN_PAID = "more_than_paid"


@dataclass(frozen=True, slots=True)
class Line:
    """A ledger line; `settles` is the charge's id, None for a charge and for lines of old."""

    id: int
    kind: str
    amount_cents: int
    settles: int | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """A charge: what it was, what was paid (refunds taken off) and what was let off; fen."""

    charge: int
    charged_cents: int
    paid_cents: int = 0
    waived_cents: int = 0

    @property
    def left_cents(self) -> int:
        """What is still owed for it; below zero only until money paid too much is given back."""
        return self.charged_cents - self.paid_cents - self.waived_cents


def balances(lines: Iterable[Line]) -> list[Balance]:
    """Return the balance of each charge, in the order of `lines` (oldest first).

    Payments and waivers from before they named a charge settle the oldest charges.
    """
    rows = list(lines)
    charged = {line.id: line.amount_cents for line in rows if line.kind == "charge"}
    paid, waived = dict.fromkeys(charged, 0), dict.fromkeys(charged, 0)
    loose: list[Line] = []
    for line in rows:
        if line.kind == "charge":
            continue
        if line.settles not in charged:
            loose.append(line)
        elif line.kind == "waiver":
            waived[line.settles] -= line.amount_cents
        else:
            paid[line.settles] -= line.amount_cents
    for line in loose:
        rest = -line.amount_cents
        for charge, amount in charged.items():
            part = min(rest, max(0, amount - paid[charge] - waived[charge]))
            (waived if line.kind == "waiver" else paid)[charge] += part
            rest -= part
    return [Balance(id_, amount, paid[id_], waived[id_]) for id_, amount in charged.items()]


def spread(amount_cents: int, owed: Sequence[Balance]) -> list[tuple[int, int]]:
    """Return (charge, part) for an amount, the oldest charge first, nothing over what is left."""
    parts = []
    for balance in owed:
        part = min(amount_cents, max(0, balance.left_cents))
        if part:
            parts.append((balance.charge, part))
            amount_cents -= part
    return parts
