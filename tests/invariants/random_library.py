"""What random days happen at: a library with two branches, opened once for all examples.

Each example works in a transaction of its own that is rolled back, so that a failing one shows its
own error and leaves nothing to the next.
"""

import sys
from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition

from jieyue.catalog.models import Copy, ItemType
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.queries.rulebook import forget_rulebooks
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import OpeningHours
from jieyue.patrons.models import PatronCategory
from tests.invariants import reference_money, reference_state
from tests.invariants.reference import Reference
from tests.world import SHANGHAI, World

COPIES = {  # title and home branch: a title of one copy, two of two
    "C0": ("one", "main"),
    "C1": ("two", "main"),
    "C2": ("two", "east"),
    "C3": ("both", "east"),
    "C4": ("both", "east"),
}
PRICES = {"C0": 50, "C1": 100, "C2": 120, "C3": None, "C4": 80}  # fen
SECURED = {"C2"}  # lent against a deposit
READERS = {"R0": 5, "R1": 5, "R2": 1}  # queue class
BRANCHES = ["main", "east"]
CLOSED = {"main": {6}, "east": {0, 1}}  # weekdays

copies = st.sampled_from(sorted(COPIES))
readers = st.sampled_from(sorted(READERS))
branches = st.sampled_from(BRANCHES)


def seldom(every: int):
    """Let a rule of which a little is enough wait its turn, so that lending goes on."""
    return precondition(lambda self: self.looked % every == 0)


class Opened:
    """The library before anything has happened."""

    def __init__(self) -> None:
        self.world = World(slug="random")
        mine = {"library_id": self.world.library.pk}
        with library_scope(self.world.library.pk):
            self.branches = {"main": self.world.branch, "east": self.world.east()}
            OpeningHours.objects.bulk_create(
                OpeningHours(
                    **mine, branch=branch, weekday=day, opens_at_time="09:00",
                    closes_at_time="17:00",
                )
                for code, branch in self.branches.items()
                for day in range(7) if day not in CLOSED[code]
            )  # fmt: skip
            first = PatronCategory.objects.create(**mine, code="vip", name="教师", queue_class=1)
            self.cards = {
                name: self.world.patron(name, category=first if place == 1 else self.world.category)
                for name, place in READERS.items()
            }
            self._shelves(ItemType.objects.create(**mine, code="rare", name="古籍"))
            self._rules()

    def _shelves(self, rare: ItemType) -> None:
        self.titles = {name: self.world.title(name) for name, _ in COPIES.values()}
        for barcode, (title, home) in COPIES.items():
            self.world.copy(
                self.titles[title], barcode=barcode, branch=self.branches[home],
                price_cents=PRICES[barcode],
                item_type=rare if barcode in SECURED else self.world.item_type,
            )  # fmt: skip
        self.world.policy(item_type=rare, needs_deposit=True)

    def _rules(self) -> None:
        state, money = reference_state, reference_money
        self.world.policy(
            max_loans=state.MAX_LOANS, loan_days=state.LOAN_DAYS, max_holds=state.MAX_HOLDS,
            renewal_days=state.RENEWAL_DAYS, max_renewals=state.MAX_RENEWALS,
            hold_days=state.HOLD_DAYS, max_no_shows=state.MAX_NO_SHOWS,
            recall_days=state.RECALL_DAYS, recall_min_days=state.RECALL_MIN_DAYS,
            recall_from_days=state.RECALL_FROM_DAYS,
            lost_after_days=state.LOST_DAYS, lost_fee_cents=state.LOST_FEE,
            lost_refund_days=state.REFUND_DAYS, max_lost=0, settled_by="money",
            fine_cents=money.FINE, fine_grace=money.GRACE_DAYS, max_fine_cents=money.MAX_FINE,
            max_fines_cents=money.MAX_FINES, max_owed_cents=money.MAX_OWED,
        )  # fmt: skip
        self.world.policy(branch=self.branches[state.RENEWS_ITSELF], auto_renews=True)


class RandomLibrary(RuleBasedStateMachine):
    """One example: the opened library, the reference, and a clock."""

    opened: Opened

    def __init__(self) -> None:
        super().__init__()
        self.world, self.cards = self.opened.world, self.opened.cards
        self.now = self.world.now
        self.looked = 0  # steps so far
        self.ids: dict[str, str] = {}  # the reference's hold names → public ids
        self.loans: dict[str, str] = {}  # public id of each copy's last loan
        self.model = Reference(
            today=self.now.astimezone(SHANGHAI).date(), copies=dict(COPIES),
            prices=dict(PRICES), secured=set(SECURED), classes=READERS, closed=CLOSED,
        )  # fmt: skip
        self.transaction = transaction.atomic()
        self.transaction._from_testcase = True  # durable actions may run inside
        self.transaction.__enter__()
        self.scope = library_scope(self.world.library.pk)
        self.scope.__enter__()

    def desk(self, branch: str = "main", reader: str = ""):
        """A while later than the step before, so that queues have an order."""
        self.now += timedelta(seconds=10)
        if reader:
            return self.world.reader_desk(self.cards[reader], now=self.now)
        return self.world.desk(now=self.now, branch_id=self.opened.branches[branch].pk)

    @staticmethod
    def one_of(data, names):
        return data.draw(st.sampled_from(sorted(names)))

    @staticmethod
    def copy_id(barcode: str) -> str:
        return Copy.objects.values_list("public_id", flat=True).get(barcode=barcode)

    def same_way(self, got, wanted) -> None:
        """Compare where a copy goes."""
        to, hold, where = wanted
        assert (got.to, got.hold) == (to, self.ids.get(hold, ""))
        assert where == (got.fetch_by if to == "hold_shelf" else got.branch or None)

    def teardown(self) -> None:
        failed = sys.exc_info()[0]
        try:
            if failed is None:
                assert contradictions() == []
        finally:
            self.scope.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)
            forget_rulebooks()


def reasons_of(result) -> set[str]:
    return {why.code.value for why in result.reasons}


def faults_of(result) -> set[str]:
    return {fault.code.value for fault in result.faults}
