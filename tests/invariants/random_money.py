"""Random days: readers are charged, pay, are let off, leave deposits. Of `test_random_days`."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.abolition import abolish_deposits, abolition_step
from jieyue.circulation.actions.charges import refund, take_payment, waive
from jieyue.circulation.actions.deposits import (
    ask_deposit_back,
    give_deposit_back,
    keep_deposit,
    take_deposit,
)
from jieyue.fees.actions import charge as charge_reader
from jieyue.fees.models import DepositLine, LedgerLine
from jieyue.libraries.worker_desk import worker_desk
from tests.invariants.random_library import RandomLibrary, readers, seldom
from tests.invariants.reference_money import Charge


class PaysSteps(RandomLibrary):
    def __init__(self) -> None:
        super().__init__()
        self.charges: list[str] = []  # public ids of the reference's charges, in its order

    def learn_charges(self) -> None:
        """Name what the last step charged."""
        if len(self.charges) < len(self.model.money.charges):
            found = LedgerLine.objects.filter(kind="charge").exclude(public_id__in=self.charges)
            self.charges += found.order_by("at", "id").values_list("public_id", flat=True)

    @seldom(4)
    @rule(reader=readers, cents=st.sampled_from([15, 45]))
    def charge(self, reader: str, cents: int) -> None:
        got = charge_reader(
            self.desk(), patron=self.cards[reader].public_id, amount_cents=cents, reason="复印"
        )
        self.model.money.charge(reader, "复印", cents)
        assert (got.type, got.owed_cents) == ("booked", self.model.money.owed(reader))
        self.learn_charges()

    @precondition(lambda self: any(charge.left for charge in self.model.money.charges))
    @rule(data=st.data(), whole=st.booleans(), only_it=st.booleans(), is_paid=st.booleans())
    def settle(self, data, whole: bool, only_it: bool, is_paid: bool) -> None:
        """A part of a charge, or all, or of all that is owed; now and then a fen too much."""
        money = self.model.money
        charge = data.draw(st.sampled_from([c for c in money.charges if c.left]))
        cents = charge.left if whole else data.draw(st.integers(1, charge.left + 1))
        wanted = money.lessen(
            charge.reader, cents, charge if only_it else None, today=self.model.today,
            is_paid=is_paid,
        )  # fmt: skip
        got = (take_payment if is_paid else waive)(
            self.desk(), patron=self.cards[charge.reader].public_id, amount_cents=cents,
            charge=self.charge_id(charge) if only_it else "", reason="说好的",
        )  # fmt: skip
        self.same_booking(got, wanted)

    @precondition(lambda self: any(charge.paid for charge in self.model.money.charges))
    @rule(data=st.data(), whole=st.booleans())
    def give_back(self, data, whole: bool) -> None:
        charge = data.draw(st.sampled_from([c for c in self.model.money.charges if c.paid]))
        cents = charge.paid if whole else data.draw(st.integers(1, charge.paid + 1))
        got = refund(
            self.desk(), patron=self.cards[charge.reader].public_id, amount_cents=cents,
            charge=self.charge_id(charge), reason="算错了",
        )  # fmt: skip
        self.same_booking(got, self.model.money.give_back(charge, cents))

    def same_booking(self, got, wanted) -> None:
        found = got.owed_cents if got.type == "booked" else got.fault.value
        assert (got.type, found) == wanted
        if got.type == "booked":
            self.model.settled()

    # --- Deposits ----------------------------------------------------------------------------

    @seldom(3)
    @rule(reader=readers, cents=st.sampled_from([100, 120]))
    def pay_deposit(self, reader: str, cents: int) -> None:
        got = take_deposit(self.desk(), patron=self.cards[reader].public_id, amount_cents=cents)
        assert got.deposit_cents == self.model.money.pay_in(reader, cents)

    @seldom(4)
    @rule(reader=readers, by_staff=st.booleans())
    def want_deposit_back(self, reader: str, by_staff: bool) -> None:
        desk = self.desk() if by_staff else self.desk(reader=reader)
        got = ask_deposit_back(desk, patron=self.cards[reader].public_id)
        self.same_deposit(got, self.model.ask_back(reader), "deposit_cents")

    @seldom(3)
    @rule(reader=readers)
    def pay_deposit_back(self, reader: str) -> None:
        got = give_deposit_back(self.desk(), patron=self.cards[reader].public_id)
        self.same_deposit(got, self.model.give_deposit_back(reader), "amount_cents")

    @seldom(3)
    @rule(reader=readers)
    def settle_from_deposit(self, reader: str) -> None:
        got = keep_deposit(self.desk(), patron=self.cards[reader].public_id)
        wanted = self.model.money.keep(reader, self.model.today)
        self.same_deposit(got, wanted, "deposit_cents")
        if got.type == "deposit_booked":
            self.model.settled()

    @precondition(lambda self: sum(map(bool, self.model.money.deposits.values())) > 1)
    @seldom(3)
    @rule()
    def abolish(self) -> None:
        patrons = {name: card.public_id for name, card in self.cards.items()}
        begun = abolish_deposits(self.desk(), method="cash")
        worker = worker_desk(self.world.library.pk, self.now)
        got = abolition_step(worker, abolition=begun.abolition, step=1)
        gone = [name for name in patrons if self.model.give_deposit_back(name)[0] != "refused"]
        assert set(got.paid_back) == {patrons[name] for name in gone}

    @staticmethod
    def same_deposit(got, wanted, figure: str) -> None:
        is_refused = got.type == "refused"
        found = {f.value for f in got.faults} if is_refused else getattr(got, figure)
        assert (got.type, found) == wanted

    def charge_id(self, charge: Charge) -> str:
        [place] = [n for n, one in enumerate(self.model.money.charges) if one is charge]
        return self.charges[place]

    def owes_as_the_reference_says(self) -> None:
        left: dict[str, list] = {}
        lines = LedgerLine.objects.order_by("id").values_list(
            "public_id", "kind", "patron__name", "reason", "amount_cents", "settles__public_id"
        )
        for public_id, kind, name, why, cents, settles in lines:
            if kind == "charge":
                left[public_id] = [name, why, cents]
            else:
                left[settles][2] += cents
        assert left == {
            public_id: [charge.reader, charge.why, charge.left]
            for public_id, charge in zip(self.charges, self.model.money.charges, strict=True)
        }
        deposits: dict[str, int] = {}
        for name, cents in DepositLine.objects.values_list("patron__name", "amount_cents"):
            deposits[name] = deposits.get(name, 0) + cents
        has = self.model.money.deposits.items()
        assert {k: v for k, v in deposits.items() if v} == {k: v for k, v in has if v}
