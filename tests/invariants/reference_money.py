"""What readers of the second library owe, and their deposits, written without looking at ours."""

from dataclasses import dataclass, field
from datetime import date

FINE, GRACE_DAYS, MAX_FINE, MAX_FINES, MAX_OWED = 20, 1, 70, 110, 30  # fen, but for the days


@dataclass(eq=False)  # one charge may look like another
class Charge:
    reader: str
    why: str
    cents: int
    due: date | None = None  # of the loan that was late
    paid: int = 0
    let_off: int = 0
    payments: list[tuple[date, int]] = field(default_factory=list)
    is_undone: bool = False
    is_replaced: bool = False

    @property
    def left(self) -> int:
        return self.cents - self.paid - self.let_off

    def forgive(self) -> int:
        """Let off what is left."""
        left = self.left
        self.let_off += left
        return left

    def undo(self) -> None:
        """Take back that it was charged; what is settled already stays."""
        self.is_undone = self.is_undone or self.left > 0
        self.forgive()

    def paid_since(self, day: date) -> int:
        """What is due back of what was paid after that day, and not given back yet."""
        return min(self.paid, sum(cents for on, cents in self.payments if on > day))


@dataclass
class Money:
    charges: list[Charge] = field(default_factory=list)  # oldest first
    deposits: dict[str, int] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)  # who wants the deposit back

    def owed(self, reader: str, why: str = "") -> int:
        return sum(c.left for c in self.charges if c.reader == reader and why in ("", c.why))

    def charge(self, reader: str, why: str, cents: int, due: date | None = None) -> Charge:
        made = Charge(reader, why, cents, due)
        self.charges.append(made)
        return made

    def fine(self, reader: str, open_days: int, before: int, price: int | None) -> int:
        """Say what being that many open days late costs, after what it cost the loan before."""
        if open_days <= GRACE_DAYS:
            return 0
        room = max(0, MAX_FINES - self.owed(reader, "late"))
        most = MAX_FINE if price is None else min(price, MAX_FINE)
        return min(open_days * FINE, max(0, most - before), room)

    def lessen(
        self, reader: str, cents: int, only: Charge | None, *, today: date, is_paid: bool
    ):  # fmt: skip
        """Pay, or let off, the oldest first: all of the amount or nothing."""
        mine = [c for c in self.charges if c.reader == reader and only in (None, c)]
        if cents > sum(charge.left for charge in mine):
            return "refused", "more_than_owed"
        for charge in mine:
            part = min(cents, charge.left)
            cents -= part
            if is_paid and part:
                charge.paid += part
                charge.payments.append((today, part))
            elif part:
                charge.let_off += part
        return "booked", self.owed(reader)

    def give_back(self, charge: Charge, cents: int):
        """Give money back; the reader is let off as much."""
        if cents > charge.paid:
            return "refused", "more_than_paid"
        charge.paid -= cents
        charge.let_off += cents
        return "booked", self.owed(charge.reader)

    def pay_in(self, reader: str, cents: int) -> int:
        self.deposits[reader] = self.deposits.get(reader, 0) + cents
        return self.deposits[reader]

    def keep(self, reader: str, today: date):
        """Settle what is owed out of the deposit, as far as it goes."""
        has, owed = self.deposits.get(reader, 0), self.owed(reader)
        if not has or not owed:
            return "refused", {"owes_nothing" if has else "no_deposit"}
        self.lessen(reader, min(has, owed), None, today=today, is_paid=True)
        self.deposits[reader] = has - min(has, owed)
        return "deposit_booked", self.deposits[reader]
