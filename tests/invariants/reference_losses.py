"""Losses, claims and damage at the second library, written without looking at ours."""

from datetime import timedelta

from tests.invariants.reference_loans import Lending
from tests.invariants.reference_state import LOST_DAYS, LOST_FEE, Ended, Loan

OWN_CLAIMS = 3  # of a reader's own within a year; staff may claim more


class Losses(Lending):
    def cost(self, copy: str) -> int | None:
        price = self.prices[copy]
        return None if price is None else price + LOST_FEE

    def report_lost(self, copy: str, said: int | None, *, by_staff: bool):
        loan = self.loans[copy]
        cost = said if by_staff and said is not None else self.cost(copy)
        against = {"loan_lost"} if loan.lost else set()
        if by_staff and cost is None:
            against.add("cost_unknown")
        if against:
            return "refused", against
        self._lose(loan, cost)
        return "lost", cost

    def _lose(self, loan: Loan, cost: int | None, days_ago: int = 0) -> None:
        day = self.today - timedelta(days=days_ago)
        self.settle_late(loan, day)
        loan.lost, loan.claimed = day, None
        self.standing[loan.copy] = "lost"
        if cost is not None:
            self._price(loan, cost)

    def _price(self, loan: Loan, cost: int) -> None:
        loan.is_priced = loan.was_lost = True
        if cost:
            loan.losses.append(self.money.charge(loan.reader, "lost_book", cost))
        else:
            self._end(loan)

    def _end(self, loan: Loan) -> None:
        del self.loans[loan.copy]
        self.gone[loan.copy] = loan

    def price_loss(self, copy: str, cost: int):
        loan = self.loans[copy]
        if not loan.lost or loan.is_priced:
            return "refused", {"cost_said" if loan.lost else "loan_not_lost"}
        self._price(loan, cost)
        return "lost", cost

    def settled(self) -> None:
        """A loss that is paid, or let off, ends the loan."""
        for loan in list(self.loans.values()):
            if loan.lost and loan.is_priced and not loan.losses[-1].left:
                self._end(loan)

    def withdraw_loss(self, copy: str):
        loan = self.loans[copy]
        if not loan.lost:
            return "refused", {"loan_not_lost"}
        waived = sum(charge.forgive() for charge in loan.losses)
        if not self.was_paid(loan):
            self.take_back_late(loan)
        loan.lost, loan.was_lost, loan.is_priced = None, True, False
        self.standing[copy] = "in_use"
        return "not_lost", waived

    def overdue_night(self) -> None:
        """What is late for so long counts as lost since that day, whenever somebody looks."""
        for copy in [copy for copy in self.copies if copy in self.loans]:
            loan = self.loans[copy]
            days = (self.today - loan.due).days - LOST_DAYS
            if days > 0 and not (loan.lost or loan.claimed or loan.was_lost):
                self._lose(loan, self.cost(copy), days)

    def claim(self, copy: str, *, by_staff: bool):
        loan = self.loans[copy]
        since = self.today - timedelta(days=365)
        made = sum(who == loan.reader and on > since for who, on in self.claims)
        against = {"loan_claimed"} if loan.claimed else set()
        if not by_staff and made >= OWN_CLAIMS:
            against.add("too_many_claims")
        if against:
            return "refused", against
        self.claims.append((loan.reader, self.today))
        loan.claimed = self.today
        return "claimed", made + 1

    def resolve(self, copy: str, resolution: str, said: int | None):
        loan = self.loans[copy]
        is_loss = resolution == "not_found" and not loan.lost
        cost = (self.cost(copy) if said is None else said) if is_loss else None
        against = set() if loan.claimed else {"loan_not_claimed"}
        if is_loss and cost is None:
            against.add("cost_unknown")
        if against:
            return "refused", against
        if is_loss:
            self._lose(loan, cost)
        elif resolution == "never_lent":
            for charge in loan.losses:
                charge.forgive()
            self.take_back_late(loan)
            del self.loans[copy]
            self.standing[copy] = "missing"
        loan.claimed = None
        return "claim_resolved", cost

    def damage(self, copy: str, cost: int, *, to_repair: bool):
        """Say that a copy came back damaged: only as long as nobody had it since."""
        ended: Ended = self.ended[copy]
        if ended.loan.is_damaged:
            return "refused", {"cost_said"}
        ended.loan.is_damaged = True
        if cost:
            self.money.charge(ended.loan.reader, "脏了", cost)
        if to_repair and self.says(copy) != "withdrawn":
            self.let_go(copy)
            self.standing[copy] = "repair"
        return "damaged", self.says(copy)

    def replace_lost(self, copy: str, by: str):
        """Accept another copy: a new one, one there is, or (by the same label) in its place."""
        loan = self.loans[copy]
        if by in self.replacing and by != copy:
            return "refused", {"replacement_used"}
        if by in self.copies and by != copy:
            if by in self.loans or self.says(by) != "in_use":
                return "refused", {"replacement_unfit"}
        elif by not in ("", copy):
            self.copies[by], self.prices[by] = self.copies[copy], self.prices[copy]
            if copy in self.secured:
                self.secured.add(by)
        if by not in ("", copy):
            self.replacing.add(by)
        if not loan.lost:
            self._lose(loan, None)
        waived = 0
        for charge in loan.losses:
            charge.is_replaced = charge.is_replaced or charge.left > 0
            waived += charge.forgive()
        self._end(loan)
        if by in ("", copy):
            self.standing[copy] = "in_use"
        return "replaced", waived
