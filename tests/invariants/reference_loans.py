"""Lending, returns, renewals and their undoing at the second library, written without ours."""

from dataclasses import replace
from datetime import date

from tests.invariants.reference_state import (
    HARD,
    LOAN_DAYS,
    MAX_LOANS,
    MAX_RENEWALS,
    ONE_DAY,
    RECALL_DAYS,
    RECALL_FROM_DAYS,
    RECALL_MIN_DAYS,
    REFUND_DAYS,
    RENEWAL_DAYS,
    RENEWS_ITSELF,
    Ended,
    Hold,
    Loan,
    State,
)

STANDINGS = {"lost": "copy_lost", "repair": "copy_in_repair", "reference": "copy_reference",
             "withdrawn": "copy_withdrawn"}  # fmt: skip


class Lending(State):
    def lend(self, copy: str, reader: str, branch: str, *, override: bool):
        against = self._against_lending(copy, reader)
        if against and (not override or against & HARD):
            return "refused", against
        own, kept = self.own(reader, self.title_of(copy)), self.kept_for(copy)
        self.steps += 1
        if own:
            self._fulfil(own, copy)
        if kept and kept is not own:
            kept.state, kept.kept, kept.fetch_by = "waiting", None, None
        self.ways.pop(copy, None)
        if self.says(copy) in ("missing", "lost"):
            self.standing[copy] = "in_use"
        due = self.due(branch, LOAN_DAYS)
        self.loans[copy] = Loan(reader, copy, branch, due, self.today, self.steps)
        self.ended.pop(copy, None)
        self.gone.pop(copy, None)
        return "lent", due

    def _fulfil(self, own: Hold, copy: str) -> None:
        """A copy that stood on the shelf for it, another than is lent, goes on to the next."""
        own.was_ready = own.kept if own.state == "ready" else None
        own.was_coming = own.kept if own.state == "in_transit" else None
        own.state, own.ended_by, own.wakes, own.kept = "fulfilled", self.steps, None, None
        if own.was_ready not in (None, copy):
            self.arrives(own.was_ready or "", own.pickup)

    def _against_lending(self, copy: str, reader: str) -> set[str]:
        against = self.against_reader(reader, "borrow")
        if len(self.counted(reader)) >= MAX_LOANS:
            against.add("patron_at_loan_limit")
        if copy in self.loans:
            mine = self.loans[copy].reader == reader
            against.add("copy_on_loan_to_patron" if mine else "copy_on_loan")
        if self.says(copy) in STANDINGS:
            against.add(STANDINGS[self.says(copy)])
        kept, own = self.kept_for(copy), self.own(reader, self.title_of(copy))
        if kept and kept.reader != reader:
            against.add("copy_held_for_another")
        fitting = [h for h in self.waiting(self.title_of(copy)) if h.copy in (None, copy)]
        places = [n for n, hold in enumerate(fitting) if hold.reader == reader]
        ahead = places[0] if places else len(fitting)
        if kept or (own and own.kept):
            ahead = 0
        if ahead and len(self.free(self.title_of(copy))) <= ahead:
            against.add("title_held_by_others")
        return against | self._against_deposit(copy, reader)

    def _against_deposit(self, copy: str, reader: str) -> set[str]:
        if copy not in self.secured:
            return set()
        price = self.prices[copy]
        if price is None:
            return {"copy_has_no_price"}
        lent = sum(self.prices[loan.copy] or 0 for loan in self.loans_of(reader))
        is_enough = lent + price <= self.money.deposits.get(reader, 0)
        return set() if is_enough else {"deposit_too_small"}

    # --- Returns -----------------------------------------------------------------------------

    def take_back(self, copy: str, branch: str, on: date | None = None, *, is_free: bool = False):
        """Say what a return is, how late, what it costs, where it goes, what is due back."""
        loan = self.loans.pop(copy, None)
        back = max(on or self.today, loan.lent_on) if loan else on or self.today
        late, fine = 0, 0
        if loan:
            late = max(0, (back - loan.due).days)
            fine = self.settle_late(loan, back, writes=not is_free)
        found = self._found(copy, loan, back)
        home = self.copies[copy][1]
        goes = self.arrives(copy, branch)
        if loan:
            left = home if self.copies[copy][1] != home else None
            self.ended[copy] = Ended(loan, back, self.today, left)
        if self.says(copy) in ("missing", "lost"):
            self.standing[copy] = "in_use"
        return "returned" if loan else "not_on_loan", late, fine, goes, found

    def settle_late(self, loan: Loan, day: date, *, writes: bool = True) -> int:
        """Charge what a loan was late until that day; for one due date only once."""
        stands = [charge for charge in loan.late if not charge.is_undone]
        if any(charge.due == loan.due for charge in stands):
            return 0
        late = self.open_days(loan.branch, loan.due, loan.late_until(day))
        before = sum(charge.cents for charge in stands)
        fine = self.money.fine(loan.reader, late, before, self.prices[loan.copy])
        if fine and writes:
            loan.late.append(self.money.charge(loan.reader, "late", fine, loan.due))
        return fine

    def _found(self, copy: str, loan: Loan | None, back: date):
        """A lost copy turns up: what was let off for it, and what is due back."""
        lost = loan if loan and loan.lost else None
        if loan is None and self.says(copy) == "lost":
            lost = self.gone.get(copy)
        if lost is None:
            return None
        last = lost.losses[-1] if lost.losses else None
        is_replaced = bool(last and last.is_replaced)
        if loan is None and not is_replaced:
            del self.gone[copy]
            self.ended[copy] = Ended(lost, max(back, lost.lent_on), self.today)
        let_off = sum(charge.forgive() for charge in lost.losses)
        since = date.fromordinal(back.toordinal() - REFUND_DAYS)
        refund = last.paid_since(since) if last and not is_replaced else 0
        return let_off, refund, is_replaced

    def redate(self, copy: str, day: date):
        ended = self.ended[copy]
        loan, against = ended.loan, set()
        if (self.today - ended.scanned_on).days >= 7:
            against.add("too_late_to_redate")
        if not loan.lent_on <= day < ended.scanned_on:
            against.add("return_day_unfit")
        if self.was_paid(loan):
            against.add("fine_paid")
        if against:
            return "refused", against
        self.take_back_late(loan)
        ended.on = day
        return "redated", self.settle_late(loan, day)

    def was_paid(self, loan: Loan, due: date | None = None) -> bool:
        return any(c.paid for c in loan.late if c.due == (due or loan.due) and not c.is_undone)

    def take_back_late(self, loan: Loan, due: date | None = None) -> None:
        for charge in loan.late:
            if charge.due == (due or loan.due):
                charge.undo()

    # --- Renewals ----------------------------------------------------------------------------

    def renew(self, copy: str, *, override: bool = False, is_automatic: bool = False):
        loan = self.loans[copy]
        against = self._against_renewing(loan)
        due = self.due(loan.branch, RENEWAL_DAYS)
        if is_automatic:
            days = (loan.due - self.today).days + RENEWAL_DAYS
            due = self.due(loan.branch, days)
        if due <= loan.due:
            against.add("renewal_gains_nothing")
        if against and (not override or against & HARD):
            return "refused", against
        if loan.due < self.today:
            self.settle_late(loan, self.today)
        loan.before = (loan.due, self.today, loan.recalled_last)
        loan.due, loan.renewals = due, loan.renewals + 1
        loan.recall_before, loan.recalled_last = None, False
        return "renewed", due

    def _against_renewing(self, loan: Loan) -> set[str]:
        against = self.against_reader(loan.reader, "renew")
        checks = {
            "loan_lost": loan.lost,
            "loan_claimed": loan.claimed,
            "loan_recalled": loan.recalled_on,
            "loan_overdue": loan.due < self.today and not loan.lost,
            "renewals_used_up": loan.renewals >= MAX_RENEWALS,
            "loan_awaited": self.awaited(loan),
        }
        return against | {reason for reason, applies in checks.items() if applies}

    def awaited(self, loan: Loan) -> int:
        """Say how many others wait for the copy whom no free one can serve."""
        title = self.title_of(loan.copy)
        others = [h for h in self.waiting(title) if h.reader != loan.reader]
        promised = {h.copy for h in self.queue(title)}
        free = [one for one in self.free(title) if one not in promised]
        for_copy = sum(h.copy == loan.copy for h in others)
        return for_copy + max(0, sum(h.copy is None for h in others) - len(free))

    def renewal_night(self) -> None:
        for copy, loan in self.loans.items():
            is_due = loan.branch == RENEWS_ITSELF and loan.due == self.today
            if is_due and not loan.lost and not loan.claimed:
                self.renew(copy, is_automatic=True)

    def recall(self, copy: str):
        loan = self.loans[copy]
        checks = {
            "loan_lost": loan.lost,
            "loan_claimed": loan.claimed,
            "loan_recalled": loan.recalled_on,
            "nobody_waits": not self.awaited(loan),
        }
        if against := {reason for reason, applies in checks.items() if applies}:
            return "refused", against
        due = self._due_if_recalled(loan)
        loan.recalled_on, loan.recall_before, loan.recalled_last = self.today, loan.due, True
        loan.due = min(loan.due, due)
        return "recalled", loan.due

    def _due_if_recalled(self, loan: Loan) -> date:
        day = max(self.today + RECALL_DAYS * ONE_DAY, loan.lent_on + RECALL_MIN_DAYS * ONE_DAY)
        return self.next_open(loan.branch, day)

    def recall_night(self) -> None:
        """One loan for each reader who waits, the longest first, if that ends it sooner."""
        for title in sorted({h.title for h in self.holds if h.state == "waiting"}):
            loans = [n for n in self.loans.values() if self.title_of(n.copy) == title]
            done = sum(bool(n.recalled_on and not n.lost) for n in loans)
            for loan in sorted(loans, key=lambda n: n.number):
                days = (self.today - loan.lent_on).days
                is_long = days > RECALL_FROM_DAYS and loan.recalls_itself
                if not is_long or self.awaited(loan) <= done:
                    continue
                if (
                    self._due_if_recalled(loan) < loan.due
                    and self.recall(loan.copy)[0] != "refused"
                ):
                    done += 1

    # --- Undoing -----------------------------------------------------------------------------

    def touched_today(self) -> list[str]:
        return [
            copy for copy, loan in self.loans.items()
            if self.today in (loan.lent_on, loan.before and loan.before[1], loan.recalled_on)
        ]  # fmt: skip

    def undo(self, copy: str, step: str):
        return {"checkout": self._undo_loan, "checkin": self._undo_return,
                "renewal": self._undo_renewal, "recall": self._undo_recall}[step](copy)  # fmt: skip

    def _undo_loan(self, copy: str):
        loan = self.loans[copy]
        against = set()
        if loan.renewals or loan.lost:
            against.add("something_followed")
        if loan.lent_on != self.today:
            against.add("too_late_to_undo")
        if against:
            return "refused", against
        del self.loans[copy]
        again = self.own(loan.reader, self.title_of(copy))
        for hold in self.holds:
            if again is None and (hold.ended_by, hold.state) == (loan.number, "fulfilled"):
                hold.state = "waiting"
                way = self.ways.get(hold.was_coming or "")
                if hold.was_ready == copy and self.says(copy) == "in_use":
                    hold.state, hold.kept = "ready", copy
                elif way and way.hold is hold:
                    hold.state, hold.kept = "in_transit", hold.was_coming
                else:
                    hold.fetch_by = None
        return "undone", None

    def _undo_return(self, copy: str):
        ended = self.ended[copy]
        loan, against = ended.loan, set()
        if self.today not in (ended.on, ended.scanned_on):
            against.add("too_late_to_undo")
        if self.was_paid(loan) or loan.lost or self.says(copy) == "withdrawn":
            against.add("something_followed")
        if ended.lacks_deposit and "deposit_too_small" in self._against_deposit(copy, loan.reader):
            against.add("deposit_given_back")
        if against:
            return "refused", against
        self.take_back_late(loan)
        del self.ended[copy]
        self.let_go(copy)
        if ended.left:
            self.copies[copy] = (self.title_of(copy), ended.left)
        self.loans[copy] = replace(
            loan, claimed=None, was_lost=False, is_priced=False, losses=[], late=[],
            is_damaged=False,
        )  # fmt: skip
        return "undone", loan.due

    def _undo_renewal(self, copy: str):
        loan = self.loans[copy]
        against = set()
        if loan.before is None or loan.before[1] != self.today:
            against.add("too_late_to_undo")
        if loan.lost or (loan.recalled_last and loan.renewals):
            against.add("something_followed")
        if not against and loan.before and self.was_paid(loan, loan.before[0]):
            against.add("something_followed")
        if against or loan.before is None:
            return "refused", against
        self.take_back_late(loan, loan.before[0])
        loan.recalled_last = loan.before[2]
        loan.due, loan.renewals, loan.before = loan.before[0], loan.renewals - 1, None
        return "undone", loan.due

    def _undo_recall(self, copy: str):
        loan = self.loans[copy]
        against = set()
        if loan.recalled_on != self.today:
            against.add("too_late_to_undo")
        if loan.lost or (loan.recalled_on and loan.recall_before is None):
            against.add("something_followed")
        if against or loan.recall_before is None:
            return "refused", against
        loan.due, loan.recalled_on = loan.recall_before, None
        loan.recall_before, loan.recalled_last, loan.recalls_itself = None, False, False
        return "undone", loan.due
