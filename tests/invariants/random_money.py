"""Random days: charges are paid, in parts too, and let off. The rules of `test_random_days`."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.charges import take_payment, waive
from jieyue.fees.models import LedgerLine
from tests.invariants.reference_money import Charge


class PaysSteps:
    """Given by the machine: `desk`, `cards`, `model`."""

    def __init__(self) -> None:
        super().__init__()
        self.charges: list[str] = []  # public ids of the reference's charges, in its order

    def learn_charges(self) -> None:
        """Name what the last step charged."""
        found = LedgerLine.objects.filter(kind="charge").exclude(public_id__in=self.charges)
        self.charges += found.order_by("at", "id").values_list("public_id", flat=True)

    @precondition(lambda self: any(charge.left for charge in self.model.money.charges))
    @rule(data=st.data(), whole=st.booleans(), only_it=st.booleans(), is_paid=st.booleans())
    def settle(self, data, whole: bool, only_it: bool, is_paid: bool) -> None:
        """A part of a charge, or all, or of all that is owed; now and then a fen too much."""
        money = self.model.money
        charge = data.draw(st.sampled_from([c for c in money.charges if c.left]))
        cents = charge.left if whole else data.draw(st.integers(1, charge.left + 1))
        wanted = money.lessen(charge.reader, cents, charge if only_it else None, is_paid=is_paid)
        got = (take_payment if is_paid else waive)(
            self.desk(), patron=self.cards[charge.reader].public_id, amount_cents=cents,
            charge=self.charge_id(charge) if only_it else "", reason="说好的",
        )  # fmt: skip
        found = got.owed_cents if got.type == "booked" else got.fault.value
        assert (got.type, found) == wanted

    def charge_id(self, charge: Charge) -> str:
        [place] = [n for n, one in enumerate(self.model.money.charges) if one is charge]
        return self.charges[place]

    def owes_as_the_reference_says(self) -> None:
        lines = list(LedgerLine.objects.select_related("patron", "settles"))
        left = {
            line.public_id: [line.patron.name, line.reason, line.amount_cents]
            for line in lines if line.kind == "charge"
        }  # fmt: skip
        for line in lines:
            if line.settles is not None:
                left[line.settles.public_id][2] += line.amount_cents
        assert left == {
            self.charge_id(charge): [charge.reader, charge.why, charge.left]
            for charge in self.model.money.charges
        }
