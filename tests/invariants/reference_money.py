"""What readers of the second library owe: a list of charges, written without looking at ours."""

from dataclasses import dataclass, field
from typing import Protocol

FINE, GRACE_DAYS, MAX_FINE, MAX_FINES, MAX_OWED = 20, 1, 70, 110, 30  # fen, but for the days


class LateLoan(Protocol):
    """Of a loan, only who has it."""

    reader: str


@dataclass(eq=False)  # one charge may look like another
class Charge:
    reader: str
    why: str
    loan: LateLoan
    cents: int
    paid: int = 0
    let_off: int = 0

    @property
    def left(self) -> int:
        return self.cents - self.paid - self.let_off


@dataclass
class Money:
    charges: list[Charge] = field(default_factory=list)  # oldest first

    def owed(self, reader: str, why: str = "") -> int:
        return sum(c.left for c in self.charges if c.reader == reader and why in ("", c.why))

    def fine(self, loan: LateLoan, open_days: int) -> int:
        """Charge a loan that comes back that many open days late; say how much."""
        if open_days <= GRACE_DAYS:
            return 0
        room = max(0, MAX_FINES - self.owed(loan.reader, "late"))
        cents = min(open_days * FINE, MAX_FINE, room)
        if cents:
            self.charges.append(Charge(loan.reader, "late", loan, cents))
        return cents

    def lessen(self, reader: str, cents: int, only: Charge | None, *, is_paid: bool):
        """Pay, or let off, the oldest first: all of the amount or nothing."""
        mine = [c for c in self.charges if c.reader == reader and only in (None, c)]
        if cents > sum(charge.left for charge in mine):
            return "refused", "more_than_owed"
        for charge in mine:
            part = min(cents, charge.left)
            cents -= part
            if is_paid:
                charge.paid += part
            else:
                charge.let_off += part
        return "booked", self.owed(reader)

    def was_paid(self, loan: LateLoan) -> bool:
        return any(c.paid for c in self.charges if c.loan is loan and c.why == "late")

    def forgive(self, loan: LateLoan, why: str) -> None:
        """Let off what is left of what was charged for a loan."""
        for charge in self.charges:
            if charge.loan is loan and charge.why == why:
                charge.let_off += charge.left
