"""Random days: books are lost, claimed, found, damaged, replaced. Rules of `test_random_days`."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.claims import claim_returned, resolve_claim
from jieyue.circulation.actions.damages import mark_damaged
from jieyue.circulation.actions.losses import price_loss, report_lost, withdraw_loss
from jieyue.circulation.actions.replacements import accept_replacement
from tests.invariants.random_library import COPIES, RandomLibrary, reasons_of

costs = st.none() | st.sampled_from([0, 30, 90])
NEW = ("9000001", "9000002")  # copies that may come for lost ones


class LossesSteps(RandomLibrary):
    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), cost=costs, by_staff=st.booleans())
    def lose(self, data, cost: int | None, by_staff: bool) -> None:
        copy = self.one_of(data, self.model.loans)
        got = report_lost(
            self.desk() if by_staff else self.desk(reader=self.model.loans[copy].reader),
            loan=self.loans[copy], cost_cents=cost,
        )  # fmt: skip
        self.same(got, self.model.report_lost(copy, cost, by_staff=by_staff), "cost_cents")

    def a_lost_one(self, data) -> str:
        """One that is lost, if there is one."""
        lost = [copy for copy, loan in self.model.loans.items() if loan.lost]
        return self.one_of(data, lost or self.model.loans)

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), cost=st.sampled_from([0, 30, 90]))
    def price(self, data, cost: int) -> None:
        copy = self.a_lost_one(data)
        got = price_loss(self.desk(), loan=self.loans[copy], cost_cents=cost)
        self.same(got, self.model.price_loss(copy, cost), "cost_cents")

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data())
    def was_not_lost(self, data) -> None:
        copy = self.a_lost_one(data)
        got = withdraw_loss(self.desk(), loan=self.loans[copy])
        self.same(got, self.model.withdraw_loss(copy), "waived_cents")

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), by_staff=st.booleans())
    def claim(self, data, by_staff: bool) -> None:
        copy = self.one_of(data, self.model.loans)
        reader = self.model.loans[copy].reader
        desk = self.desk() if by_staff else self.desk(reader=reader)
        got = claim_returned(desk, loan=self.loans[copy])
        self.same(got, self.model.claim(copy, by_staff=by_staff), "claims")

    @precondition(lambda self: self.model.loans)
    @rule(
        data=st.data(), cost=costs,
        resolution=st.sampled_from(["not_found", "never_lent", "withdrawn"]),
    )  # fmt: skip
    def resolve(self, data, cost: int | None, resolution: str) -> None:
        claimed = [copy for copy, loan in self.model.loans.items() if loan.claimed]
        copy = self.one_of(data, claimed or self.model.loans)
        got = resolve_claim(
            self.desk(), loan=self.loans[copy], resolution=resolution, cost_cents=cost
        )
        self.same(got, self.model.resolve(copy, resolution, cost), "cost_cents")

    @precondition(lambda self: self.model.ended)
    @rule(data=st.data(), cost=st.sampled_from([0, 40]), to_repair=st.booleans())
    def came_back_damaged(self, data, cost: int, to_repair: bool) -> None:
        copy = self.one_of(data, self.model.ended)
        got = mark_damaged(
            self.desk(), loan=self.loans[copy], reason="脏了", cost_cents=cost,
            to_repair=to_repair,
        )  # fmt: skip
        self.same(got, self.model.damage(copy, cost, to_repair=to_repair), "standing")

    @precondition(lambda self: self.model.loans)
    @rule(data=st.data(), by=st.sampled_from(["", *sorted(COPIES), *NEW]))
    def bring_another(self, data, by: str) -> None:
        copy = self.a_lost_one(data)
        got = accept_replacement(self.desk(), loan=self.loans[copy], barcode=by)
        self.same(got, self.model.replace_lost(copy, by), "waived_cents")

    def same(self, got, wanted, figure: str) -> None:
        found = reasons_of(got) if got.type == "refused" else getattr(got, figure)
        assert (got.type, found) == wanted
        self.learn_charges()
