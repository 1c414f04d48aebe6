"""A loan that is about to be lost, with what tests ask of it."""

from datetime import timedelta

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.circulation.rules.reasons import Reason
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from tests.world import World

RULES = {
    "max_overdue": 9, "max_owed_cents": 999_999, "settled_by": "money", "fine_cents": 20,
    "fine_counts_closed": True, "lost_percent": 200, "lost_fee_cents": 500,
    "lost_refund_days": 90,
}  # fmt: skip


class Case:
    """A loan of a copy worth ¥38.50, due in 30 days, fined ¥0.20 a day."""

    def __init__(self, world: World, **copy) -> None:
        self.world = world
        self.patron = world.patron()
        self.copy = world.copy(**({"price_cents": 3850} | copy))
        [lent] = checkout(
            world.desk(), copy_barcodes=(self.copy.barcode,), card_barcode=self.patron.card
        ).results
        self.loan = lent.loan

    @property
    def row(self) -> Loan:
        return Loan.objects.get(public_id=self.loan)

    @property
    def standing(self) -> str:
        return Copy.objects.get(pk=self.copy.pk).standing

    @property
    def owed(self) -> int:
        return owed_cents([self.patron.pk]).get(self.patron.pk, 0)

    @property
    def lines(self) -> list[tuple[str, int, str]]:
        rows = LedgerLine.objects.filter(patron=self.patron).order_by("id")
        return [(row.kind, row.amount_cents, row.reason) for row in rows]

    def desk(self, days: int = 0, **changes):
        return self.world.desk(now=self.world.now + timedelta(days=days), **changes)

    def back(self, days: int):
        [result] = checkin(self.desk(days), copy_barcodes=(self.copy.barcode,)).results
        return result

    def pay(self, cents: int, days: int = 0):
        return take_payment(self.desk(days), patron=self.patron.public_id, amount_cents=cents)


def codes(outcome) -> list[Reason]:
    return [why.code for why in outcome.reasons]
